package dev.phigate.balancer.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.upstream.PoolBench.Asked;
import dev.phigate.balancer.upstream.pool.PoolLoad;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No connection to a host is used when it is too old, and no request suffers from that. */
@Tag("B4")
@NullUnmarked // a null where none should be fails the test that meets it
final class ConnectionAgeTest {
    /** Unused connections are not closed for that. */
    private static final String RESTING = ", idle: 1d";

    private static final Duration AGE = Duration.ofHours(1);

    @TempDir
    Path folder;

    private PoolBench bench;

    @BeforeEach
    void listen() throws Exception {
        bench = new PoolBench(folder);
    }

    @AfterEach
    void end() throws Exception {
        bench.close();
    }

    @Test
    void oneThatIsTooOldIsClosedAlsoWhenNobodyAsks() throws Exception {
        bench.upstream(Protocol.HTTP_1_1, "perHost: 4" + RESTING, "5s");
        Asked one = bench.ask();
        Asked other = bench.ask();
        bench.release(one.connection());
        bench.release(other.connection());
        PoolBench.eventually("there are two", () -> bench.atTheHost() == 2);
        bench.leap(AGE);
        PoolBench.eventually("both are closed", () -> bench.atTheHost() == 0);
    }

    @Test
    void aRequestGetsAYoungOneInItsPlace() throws Exception {
        bench.upstream(Protocol.HTTP_1_1, "perHost: 1" + RESTING, "5s");
        Connection old = bench.ask().connection();
        bench.release(old);
        bench.leap(AGE.minusMinutes(7));
        Connection same = bench.ask().connection();
        assertThat(same).as("it is not too old").isSameAs(old);
        bench.release(same);
        bench.leap(Duration.ofMinutes(7));
        Connection young = bench.ask().connection();
        assertThat(young).isNotSameAs(old);
        assertThat(young.channel().isActive()).isTrue();
        PoolBench.eventually("the old one is closed", () -> !old.channel().isOpen());
    }

    @Test
    void oneInUseIsLeftInPeaceAndClosedWhenItIsGivenBack() throws Exception {
        bench.upstream(Protocol.HTTP_1_1, "perHost: 4" + RESTING, "5s");
        Connection old = bench.ask().connection();
        bench.leap(AGE.multipliedBy(3));
        bench.release(bench.ask().connection());
        assertThat(old.channel().isActive()).isTrue();
        bench.release(old);
        PoolBench.eventually("it is closed", () -> !old.channel().isOpen());
    }

    @Test
    void whoWaitsForOneThatIsTooOldGetsItsSuccessor() throws Exception {
        bench.upstream(Protocol.HTTP_1_1, "perHost: 1" + RESTING, "1d");
        Connection old = bench.ask().connection();
        bench.leap(AGE);
        Asked waits = bench.ask();
        assertThat(waits.done()).as("no more than perHost").isFalse();
        bench.release(old);
        assertThat(waits.connection()).isNotSameAs(old);
    }

    @Test
    void aSharedOneInUseIsReplacedBeforeAnybodyHasToWait() throws Exception {
        bench.upstream(Protocol.HTTP_2, "perHost: 1" + RESTING, "5s");
        Connection now = bench.ask().connection();
        bench.release(now);
        for (int generation = 0; generation < 3; generation++) {
            Connection old = now;
            bench.leapTo(old.lifetime().renewal());
            assertThat(servedAtOnce()).isSameAs(old);
            while (now == old) {
                now = servedAtOnce();
            }
            bench.leapTo(old.lifetime().end());
            assertThat(servedAtOnce()).isSameAs(now);
            PoolBench.eventually("the old one is closed", () -> !old.channel().isOpen());
        }
    }

    private Connection servedAtOnce() throws Exception {
        Asked asked = bench.ask();
        assertThat(asked.done()).as("served at once").isTrue();
        bench.release(asked.connection());
        return asked.connection();
    }

    @Test
    void oneThatRestsIsNotReplaced() throws Exception {
        // It is looked at each 100 ms then, as often as may be.
        bench.upstream(Protocol.HTTP_2, "perHost: 4" + RESTING, "200ms");
        Connection only = bench.ask().connection();
        bench.release(only);
        bench.leapTo(only.lifetime().renewal());
        bench.staysSo("nobody asks for a successor", () -> bench.accepted() == 1);
        assertThat(only.channel().isActive()).as("it is not too old").isTrue();
        bench.leapTo(only.lifetime().end());
        PoolBench.eventually("it is closed", () -> bench.atTheHost() == 0);
    }

    @Test
    void aFullSharedOneIsInNobodysWay() throws Exception {
        bench.upstream(Protocol.HTTP_2, "perHost: 1" + RESTING, "5s");
        bench.carry(2);
        Connection old = bench.ask().connection();
        assertThat(bench.ask().connection()).isSameAs(old);
        bench.leap(AGE);
        Connection young = bench.ask().connection();
        assertThat(young).isNotSameAs(old);
        assertThat(old.channel().isActive()).as("what it carries goes on").isTrue();
        bench.carry(0);
        Asked next = bench.ask();
        bench.carry(2);
        assertThat(next.connection()).as("its host has said GOAWAY").isNotIn(old, young);
    }

    @Test
    void aLongExchangeOnASharedOneIsInNobodysWay() throws Exception {
        bench.upstream(Protocol.HTTP_2, "perHost: 1" + RESTING, "5s");
        Connection old = bench.ask().connection();
        bench.leap(AGE);
        Connection young = bench.ask().connection();
        assertThat(young).isNotSameAs(old);
        assertThat(old.channel().isActive()).as("what it carries goes on").isTrue();
        // Told once whoever asked has it.
        PoolBench.eventually("one drains", () -> bench.count(PoolLoad::draining) == 1);
        PoolBench.eventually("one is in use", () -> bench.count(PoolLoad::busy) == 1);
        bench.release(old);
        PoolBench.eventually("the old one is closed", () -> bench.count(PoolLoad::draining) == 0);
        PoolBench.eventually("one is left", () -> bench.atTheHost() == 1);
        assertThat(young.channel().isActive()).isTrue();
    }

    @Test
    void oneThatTheHostEndsGentlyIsInNobodysWayEither() throws Exception {
        bench.upstream(Protocol.HTTP_2, "perHost: 1" + RESTING, "5s");
        Connection old = bench.ask().connection();
        bench.carry(0);
        Asked asked = bench.ask();
        bench.carry(32);
        assertThat(asked.connection()).isNotSameAs(old);
        assertThat(old.channel().isActive()).isTrue();
    }

    @Test
    void whereNoSuccessorCanBeHadTheOldOneIsUsedUntilItsEnd() throws Exception {
        bench.upstream(Protocol.HTTP_2, "perHost: 1" + RESTING, "5s");
        Connection old = bench.ask().connection();
        bench.refuse();
        bench.leapTo(old.lifetime().renewal());
        assertThat(servedAtOnce()).isSameAs(old);
        PoolBench.eventually("that has failed", () -> bench.count(PoolLoad::connecting) == 0);
        assertThat(servedAtOnce()).isSameAs(old);
        assertThat(bench.count(PoolLoad::connecting))
                .as("it is not tried again")
                .isZero();
        bench.leapTo(old.lifetime().end());
        assertThat(bench.ask().refusal()).isEqualTo(Unreachable.REFUSED);
        assertThat(old.channel().isActive()).as("what it carries goes on").isTrue();
    }

    @Test
    @Tag("B13")
    void aReloadClosesOldOnesInUseWhenTheyAreGivenBack() throws Exception {
        bench.upstream(Protocol.HTTP_2, "perHost: 2" + RESTING, "5s");
        Connection old = bench.ask().connection();
        bench.leap(AGE);
        Connection young = bench.ask().connection();
        bench.upstream().retire();
        bench.release(young);
        PoolBench.eventually("the young one is closed", () -> bench.atTheHost() == 1);
        assertThat(old.channel().isActive()).isTrue();
        bench.release(old);
        PoolBench.eventually("all are closed", () -> bench.atTheHost() == 0);
    }
}
