package dev.phigate.balancer.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.upstream.guard.RetryBudget;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which host is chosen. */
@Tag("B4")
final class ChoiceTest {
    private static final HealthConfig.Check CHECK = new HealthConfig.Check(
            HealthConfig.Kind.TLS, "", "/", Optional.empty(), Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 1);

    private final List<Host> hosts = new ArrayList<>();

    private Host host(int weight, Duration slowStart) {
        return host(weight, slowStart, "");
    }

    private Host host(int weight, Duration slowStart, String zone) {
        return host(weight, slowStart, zone, Duration.ofMinutes(1));
    }

    private Host host(int weight, Duration slowStart, String zone, Duration ejectFor) {
        Host host = new Host(config(weight, zone), new HealthConfig(1, ejectFor, slowStart, Optional.of(CHECK)));
        hosts.add(host);
        return host;
    }

    private UpstreamConfig.HostConfig config(int weight, String zone) {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1000 + hosts.size());
        return new UpstreamConfig.HostConfig("h" + hosts.size(), address, weight, zone, "h");
    }

    private int[] counts(Balancing how, int rounds) {
        Choice choice = new Choice(how, 1.25, hosts);
        int[] counts = new int[hosts.size()];
        for (int i = 0; i < rounds; i++) {
            counts[hosts.indexOf(Objects.requireNonNull(choice.next(0, List.of())))]++;
        }
        return counts;
    }

    @Test
    void turnsFollowTheWeightsEvenlyApart() {
        host(3, Duration.ZERO);
        host(1, Duration.ZERO);
        assertThat(counts(Balancing.ROUND_ROBIN, 40)).containsExactly(30, 10);
        Choice choice = new Choice(Balancing.ROUND_ROBIN, 1.25, hosts);
        int inARow = 0;
        for (int i = 0; i < 40; i++) {
            inARow = choice.next(0, List.of()) == hosts.getFirst() ? inARow + 1 : 0;
            assertThat(inARow).isLessThanOrEqualTo(3);
        }
    }

    /** As many as are used of what is found, as heavy as can be: a ring of them would not fit into the heap beside the one before. */
    @Test
    void manyHeavyHostsTakeLittleMemoryWhereNothingIsHashed() {
        for (int i = 0; i < 256; i++) {
            host(100, Duration.ZERO, i % 2 == 0 ? "here" : "there");
        }
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        Choice choice = new Choice(Balancing.ROUND_ROBIN, 1.25, hosts).preferring("here", 70);
        assertThat(choice.next(0, List.of())).isNotNull();
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(4L << 20);
    }

    @ParameterizedTest
    @EnumSource(names = {"LEAST_CONNECTIONS", "POWER_OF_TWO"})
    void theLessBusyHostIsChosenForItsWeight(Balancing how) {
        Host heavy = host(4, Duration.ZERO);
        Host light = host(1, Duration.ZERO);
        heavy.began();
        heavy.began();
        assertThat(counts(how, 20)).containsExactly(20, 0);
        for (int i = 0; i < 4; i++) {
            heavy.began();
        }
        assertThat(counts(how, 20)).containsExactly(0, 20);
        light.began();
        assertThat(counts(how, 20)).containsExactly(20, 0);
    }

    @ParameterizedTest
    @EnumSource
    void hostsThatAreNotWellArePassedOverUnlessNoneIs(Balancing how) {
        host(1, Duration.ZERO).failed();
        Host second = host(1, Duration.ZERO);
        assertThat(host(1, Duration.ZERO).checked(false)).isTrue();
        assertThat(counts(how, 20)).containsExactly(0, 20, 0);
        second.failed();
        assertThat(counts(how, 30)).doesNotContain(30);
        Choice choice = new Choice(how, 1.25, hosts);
        assertThat(choice.next(0, hosts)).isNull();
        assertThat(choice.next(0, hosts.subList(0, 2))).isSameAs(hosts.getLast());
    }

    @ParameterizedTest
    @EnumSource(names = {"LEAST_CONNECTIONS", "POWER_OF_TWO"})
    void equallyBusyHostsShareEvenly(Balancing how) {
        host(1, Duration.ZERO);
        host(1, Duration.ZERO);
        host(1, Duration.ZERO);
        for (int count : counts(how, 3000)) {
            assertThat(count).isBetween(800, 1200);
        }
    }

    private int[] counts(Choice choice, int rounds) {
        int[] counts = new int[hosts.size()];
        for (int i = 0; i < rounds; i++) {
            counts[hosts.indexOf(Objects.requireNonNull(choice.next(Ring.hash("key " + i), List.of())))]++;
        }
        return counts;
    }

    @ParameterizedTest
    @EnumSource
    void hostsOfTheOwnZoneArePreferredWhileEnoughAreWell(Balancing how) {
        Host one = host(1, Duration.ZERO, "a");
        host(3, Duration.ZERO, "a");
        Host strange = host(4, Duration.ZERO, "b");
        host(4, Duration.ZERO);
        Choice choice = new Choice(how, 1.25, hosts).preferring("a", 75);
        int[] counts = counts(choice, 200);
        assertThat(counts[0] + counts[1]).isEqualTo(200);
        assertThat(choice.spills()).isFalse();
        assertThat(choice.next(0, hosts.subList(0, 2))).as("both were tried").isNotNull();
        assertThat(one.checked(false)).isTrue();
        assertThat(counts(choice, 200)).as("75 % are enough").startsWith(0, 200);
        assertThat(hosts.get(1).checked(false)).isTrue();
        assertThat(one.checked(true)).isTrue();
        assertThat(choice.spills()).as("25 % are too few").isTrue();
        counts = counts(choice, 400);
        assertThat(counts[0]).as("it goes on with its share").isLessThan(200);
        assertThat(counts[2] + counts[3]).isPositive();
        assertThat(hosts.get(1).checked(true)).isTrue();
        assertThat(choice.spills()).isFalse();
        strange.failed();
        assertThat(counts(choice, 100)[3]).isZero();
    }

    /** Else the neighbour of a host that is out serves the share of both, and may be the next to fail. */
    @Test
    void theShareOfAHostThatIsOutIsSpreadOverAllOthers() {
        host(1, Duration.ZERO);
        host(1, Duration.ZERO).failed();
        host(1, Duration.ZERO);
        assertThat(counts(Balancing.ROUND_ROBIN, 3000)).containsExactly(1500, 0, 1500);
        host(2, Duration.ZERO);
        assertThat(counts(Balancing.ROUND_ROBIN, 4000)).containsExactly(1000, 0, 1000, 2000);
    }

    @ParameterizedTest
    @EnumSource(names = {"LEAST_CONNECTIONS", "POWER_OF_TWO"})
    void hostsThatHaveNothingToDoShareByTheirWeights(Balancing how) {
        host(8, Duration.ZERO);
        host(1, Duration.ZERO);
        host(1, Duration.ZERO);
        int[] counts = counts(how, 5000);
        assertThat(counts[0]).isBetween(3700, 4300);
        assertThat(counts[1]).isBetween(350, 650);
        assertThat(counts[2]).isBetween(350, 650);
    }

    @Test
    void aZoneWithoutHostsIsNotPreferred() {
        host(1, Duration.ZERO, "a");
        host(1, Duration.ZERO, "b");
        Choice choice = new Choice(Balancing.ROUND_ROBIN, 1.25, hosts).preferring("c", 70);
        assertThat(counts(choice, 20)).containsExactly(10, 10);
        assertThat(choice.spills()).isFalse();
    }

    @Test
    void aHostThatCameBackGetsLessThanItsShareAtFirst() {
        Host back = host(1, Duration.ofHours(1));
        host(1, Duration.ofHours(1));
        assertThat(back.share()).isEqualTo(1);
        back.failed();
        back.succeeded();
        assertThat(back.share()).isBetween(0.1, 0.2);
        assertThat(counts(Balancing.ROUND_ROBIN, 1000)[0]).isBetween(10, 200);
        assertThat(counts(Balancing.LEAST_CONNECTIONS, 1000)[0]).isBetween(10, 200);
        hosts.getLast().began();
        assertThat(counts(Balancing.LEAST_CONNECTIONS, 100)).containsExactly(0, 100);
    }

    @ParameterizedTest
    @EnumSource(names = "CONSISTENT_HASH", mode = EnumSource.Mode.EXCLUDE)
    void aHostWhoseEjectionIsOverGetsLessThanItsShareUntilItHasAnswered(Balancing how) {
        Host back = host(1, Duration.ofHours(1), "", Duration.ZERO);
        host(1, Duration.ofHours(1));
        back.failed();
        assertThat(back.well()).isTrue();
        assertThat(back.share()).isEqualTo(0.1);
        assertThat(counts(how, 1000)[0]).isBetween(10, 200);
    }

    @Test
    void aBudgetAllowsAFewAndThenAShare() {
        RetryBudget budget = new RetryBudget(20);
        int allowed = 0;
        while (budget.allows()) {
            allowed++;
        }
        assertThat(allowed).isEqualTo(10);
        for (int i = 0; i < 100; i++) {
            budget.earn();
        }
        for (int i = 0; i < 20; i++) {
            assertThat(budget.allows()).isTrue();
        }
        assertThat(budget.allows()).isFalse();
    }

    @Test
    void aBudgetOfNothingAllowsNothing() {
        RetryBudget none = new RetryBudget(0);
        assertThat(none.allows()).isFalse();
        none.inherit(new RetryBudget(20));
        assertThat(none.allows()).isFalse();
    }

    @Test
    void whatReplacesABudgetGoesOnWithWhatIsLeft() {
        RetryBudget before = new RetryBudget(20);
        for (int i = 0; i < 9; i++) {
            assertThat(before.allows()).isTrue();
        }
        RetryBudget next = new RetryBudget(50);
        next.inherit(before);
        assertThat(next.allows()).isTrue();
        assertThat(next.allows()).isFalse();
        RetryBudget first = new RetryBudget(50);
        first.inherit(new RetryBudget(0));
        assertThat(first.allows()).as("there was none before").isTrue();
    }

    @Test
    void aBreakCountsWithTheFailuresBeforeOnlyWhereNothingEndedWellMeanwhile() {
        Host host = new Host(config(1, ""), new HealthConfig(2, Duration.ofHours(1), Duration.ZERO, Optional.empty()));
        host.failed();
        int whole = host.whole();
        int before = host.succeeded();
        host.brokeOff(before, whole);
        assertThat(host.ejected()).as("two in a row").isTrue();
        host.succeeded();
        host.failed();
        whole = host.whole();
        before = host.succeeded();
        host.succeeded();
        host.endedWhole();
        host.brokeOff(before, whole);
        assertThat(host.ejected()).isFalse();
        host.failed();
        assertThat(host.ejected()).isTrue();
    }

    /** One whose reload is refused must not feel it. */
    @Test
    void whatAReloadInheritsIsNotChangedByIt() {
        Host checked = host(1, Duration.ZERO);
        assertThat(checked.checked(false)).isTrue();
        Host unchecked =
                new Host(config(1, ""), new HealthConfig(1, Duration.ofMinutes(1), Duration.ZERO, Optional.empty()));
        unchecked.inherit(checked);
        assertThat(checked.well()).isFalse();
        assertThat(unchecked.well()).as("nobody asks any more").isTrue();
    }

    /** Else another loop that is quicker would leave it to chance, of which hosts that are out have as much. */
    @ParameterizedTest
    @EnumSource
    void noHostThatIsOutIsChosenWhileOneIsWellHoweverBusyItBecomesMeanwhile(Balancing how) {
        host(1, Duration.ZERO).failed();
        Host well = host(1, Duration.ZERO);
        AtomicInteger looks = new AtomicInteger();
        List<Host> none = new AbstractList<>() {
            @Override
            public boolean contains(Object host) {
                if (looks.incrementAndGet() == 2) {
                    well.began();
                }
                return false;
            }

            @Override
            public Host get(int index) {
                throw new IndexOutOfBoundsException(index);
            }

            @Override
            public int size() {
                return 1;
            }
        };
        assertThat(new Choice(how, 1.25, hosts).next(0, none)).isSameAs(well);
    }
}
