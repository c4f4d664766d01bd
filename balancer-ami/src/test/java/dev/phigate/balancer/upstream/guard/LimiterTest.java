package dev.phigate.balancer.upstream.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The limit against simulated hosts, on a clock that the test moves. */
@Tag("B13")
final class LimiterTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    private final AtomicLong clock = new AtomicLong(-5 * MS);
    private final LimiterConfig config = new LimiterConfig(Duration.ofMillis(100), 8, 400);
    private final Limiter limiter = new Limiter(config, 1, clock::get);

    /** A host with so many workers that need so long for each request, and a queue without an end. */
    private final class SimulatedHost {
        private final Deque<Long> queue = new ArrayDeque<>();
        private final Deque<long[]> working = new ArrayDeque<>();
        private final int workers;
        private final long service;
        int answered;
        int shed;

        SimulatedHost(int workers, long serviceMillis) {
            this.workers = workers;
            this.service = serviceMillis * MS;
        }

        void arrive() {
            if (limiter.admits()) {
                limiter.enter();
                queue.add(clock.get());
            } else {
                limiter.shed();
                shed++;
            }
        }

        void tick() {
            while (!working.isEmpty() && working.getFirst()[1] <= clock.get()) {
                long[] done = working.removeFirst();
                limiter.leave();
                limiter.answered(done[0], false);
                answered++;
            }
            while (working.size() < workers && !queue.isEmpty()) {
                working.add(new long[] {queue.removeFirst(), clock.get() + service});
            }
        }

        /** So many requests a second for so many seconds. */
        void serve(int perSecond, int seconds) {
            double due = 0;
            for (int i = 0; i < seconds * 1000; i++) {
                clock.addAndGet(MS);
                for (due += perSecond / 1000.0; due >= 1; due--) {
                    arrive();
                }
                tick();
            }
        }
    }

    @Test
    void itBeginsAtTheMostAndNobodyIsShedWhileAnswersAreInTime() {
        SimulatedHost host = new SimulatedHost(10, 20);
        host.serve(450, 60);
        assertThat(host.shed).isZero();
        assertThat(limiter.limit()).isEqualTo(400);
    }

    @Test
    void threeTimesTheLoadIsAnsweredAtFullCapacityInTime() {
        SimulatedHost host = new SimulatedHost(10, 20);
        host.serve(1500, 5);
        int before = host.answered;
        host.serve(1500, 10);
        assertThat(host.answered - before).as("of 5000 that it can answer").isGreaterThan(4800);
        // 500 a second, 100 ms each: 50 wait.
        assertThat(limiter.limit()).isBetween(25, 75);
    }

    @Test
    void afterTheOverloadItGrowsAgainAndBurstsPass() {
        SimulatedHost host = new SimulatedHost(10, 20);
        host.serve(1500, 5);
        host.serve(400, 5);
        int shed = host.shed;
        host.serve(400, 20);
        assertThat(host.shed - shed).isZero();
    }

    @Test
    void aSlowHostWithFewRequestsIsNeverShed() {
        SimulatedHost host = new SimulatedHost(8, 2000);
        host.serve(3, 120);
        assertThat(host.shed).isZero();
        assertThat(limiter.limit()).isEqualTo(400);
    }

    @Test
    void itNeverFallsBelowTheLeast() {
        SimulatedHost host = new SimulatedHost(1, 500);
        host.serve(20, 60);
        assertThat(limiter.limit()).isEqualTo(8);
        assertThat(limiter.waiting()).isLessThanOrEqualTo(8);
    }

    @Test
    void answersToRequestsOfBeforeAChangeAreNotJudgedAgain() {
        long begin = clock.get();
        for (int i = 0; i < 100; i++) {
            limiter.enter();
        }
        clock.addAndGet(200 * MS);
        for (int i = 0; i < 20; i++) {
            limiter.leave();
            limiter.answered(begin, false);
        }
        int once = limiter.limit();
        assertThat(once).isEqualTo(50);
        clock.addAndGet(2000 * MS);
        for (int i = 0; i < 80; i++) {
            limiter.leave();
            limiter.answered(begin, false);
        }
        assertThat(limiter.limit()).isEqualTo(once);
    }

    @Test
    void aHostThatSaysItIsOverloadedIsBelievedHoweverFastItSaysIt() {
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 40; i++) {
                limiter.enter();
            }
            long from = clock.get();
            clock.addAndGet(60 * MS);
            for (int i = 0; i < 40; i++) {
                limiter.leave();
                limiter.answered(from, true);
            }
        }
        assertThat(limiter.limit()).isLessThan(40);
    }

    @Test
    void aLoopHasItsPart() {
        assertThat(new Limiter(config, 4, clock::get).limit()).isEqualTo(100);
        assertThat(new Limiter(new LimiterConfig(Duration.ofMillis(100), 1, 1), 4, clock::get).limit())
                .isEqualTo(1);
    }
}
