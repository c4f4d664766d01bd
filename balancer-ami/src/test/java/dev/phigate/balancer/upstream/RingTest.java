package dev.phigate.balancer.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B4")
final class RingTest {
    private static final HealthConfig HEALTH =
            new HealthConfig(1, Duration.ofHours(1), Duration.ZERO, Optional.empty());

    private static List<Host> hosts(int count) {
        List<Host> hosts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8000 + i);
            hosts.add(new Host(new UpstreamConfig.HostConfig("host" + i, address, 1, "", "h"), HEALTH));
        }
        return hosts;
    }

    private static Host of(Ring ring, int key) {
        return Objects.requireNonNull(ring.of(Ring.hash("key" + key), List.of()));
    }

    @Test
    void keysAreSpreadEvenlyAndAlwaysAlike() {
        List<Host> hosts = hosts(5);
        Ring one = new Ring(hosts, 1.25);
        Ring other = new Ring(hosts, 1.25);
        int[] counts = new int[5];
        for (int key = 0; key < 10_000; key++) {
            Host host = of(one, key);
            assertThat(of(other, key)).isSameAs(host);
            counts[hosts.indexOf(host)]++;
        }
        for (int count : counts) {
            assertThat(count).isBetween(1400, 2600);
        }
    }

    @Test
    void aHostThatLeavesMovesItsOwnKeysOnly() {
        List<Host> hosts = hosts(5);
        Ring ring = new Ring(hosts, 1.25);
        List<Host> before = new ArrayList<>();
        for (int key = 0; key < 2000; key++) {
            before.add(of(ring, key));
        }
        hosts.getFirst().failed();
        for (int key = 0; key < 2000; key++) {
            if (before.get(key) == hosts.getFirst()) {
                assertThat(of(ring, key)).isNotSameAs(hosts.getFirst());
            } else {
                assertThat(of(ring, key)).isSameAs(before.get(key));
            }
        }
    }

    @Test
    void whatIsTooMuchForAHostGoesToTheNext() {
        List<Host> hosts = hosts(4);
        Ring ring = new Ring(hosts, 1.25);
        for (int i = 0; i < 100; i++) {
            of(ring, 7).began();
        }
        assertThat(hosts).allSatisfy(host -> assertThat(host.underWay()).isLessThanOrEqualTo(32));
    }

    @Test
    void whoWasTriedIsNotChosenAgainAndWhenAllWereThereIsNone() {
        List<Host> hosts = hosts(3);
        Ring ring = new Ring(hosts, 1.25);
        List<Host> tried = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            tried.add(Objects.requireNonNull(ring.of(7, tried)));
        }
        assertThat(tried).containsExactlyInAnyOrderElementsOf(hosts);
        assertThat(ring.of(7, tried)).isNull();
        assertThat(new Ring(hosts(1), 1.25).of(7, List.of())).isNotNull();
    }

    @Test
    void whenNoHostIsWellThereIsNone() {
        List<Host> hosts = hosts(2);
        hosts.forEach(Host::failed);
        assertThat(new Ring(hosts, 1.25).of(1, List.of())).isNull();
    }
}
