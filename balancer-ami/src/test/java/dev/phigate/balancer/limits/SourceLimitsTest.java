package dev.phigate.balancer.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How sources are told apart and counted. */
@Tag("B13")
final class SourceLimitsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final RequestRate.Limit TEN = new RequestRate.Limit(10, 5);

    private static InetAddress at(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void aNetworkOfIpv6IsOneSourceAndEachIpv4AddressIs() {
        assertThat(Source.of(at("2001:db8::1"))).isEqualTo(Source.of(at("2001:db8::ffff:1")));
        assertThat(Source.of(at("2001:db8::1"))).isNotEqualTo(Source.of(at("2001:db8:0:1::1")));
        assertThat(Source.of(at("192.0.2.1"))).isNotEqualTo(Source.of(at("192.0.2.2")));
        assertThat(Source.of(at("::ffff:192.0.2.1"))).isEqualTo(Source.of(at("192.0.2.1")));
        assertThat(Source.of(at("255.255.255.255"))).isNotEqualTo(Source.of(at("127.255.255.255")));
    }

    @Test
    void aBucketGivesItsBurstAndThenItsRate() {
        RequestRate rate = new RequestRate();
        long now = System.nanoTime();
        int burst = 0;
        while (rate.allows(at("192.0.2.1"), TEN, now)) {
            burst++;
        }
        assertThat(burst).isEqualTo(5);
        assertThat(rate.allows(at("192.0.2.2"), TEN, now)).isTrue();
        int inASecond = 0;
        for (int i = 1; i <= 1000; i++) {
            inASecond += rate.allows(at("192.0.2.1"), TEN, now + i * SECOND / 1000) ? 1 : 0;
        }
        assertThat(inASecond).isEqualTo(10);
    }

    /** A reload may have done that. */
    @Test
    void aBucketThatBecameSmallerIsNoEmptierThanEmpty() {
        RequestRate rate = new RequestRate();
        long now = System.nanoTime();
        RequestRate.Limit large = new RequestRate.Limit(1, 600);
        while (rate.allows(at("192.0.2.1"), large, now)) {
            // Until it is empty.
        }
        assertThat(rate.allows(at("192.0.2.1"), TEN, now)).isFalse();
        assertThat(rate.allows(at("192.0.2.1"), TEN, now + SECOND / 2)).isTrue();
    }

    @Test
    void sourcesThatHaveBeenQuietAreForgotten() {
        RequestRate rate = new RequestRate();
        long now = System.nanoTime();
        for (int i = 0; i < 11_000; i++) {
            rate.allows(at("10.0." + i / 256 + "." + i % 256), TEN, now);
        }
        assertThat(rate.sources()).isGreaterThan(10_000);
        rate.allows(at("192.0.2.1"), TEN, now + 2 * SECOND);
        assertThat(rate.sources()).isEqualTo(1);
    }

    @Test
    void whatIsClosedIsForgotten() {
        SourceConnections connections = new SourceConnections();
        assertThat(connections.opened(at("192.0.2.1"), 2)).isTrue();
        assertThat(connections.opened(at("192.0.2.1"), 2)).isTrue();
        assertThat(connections.opened(at("192.0.2.1"), 2)).isFalse();
        assertThat(connections.opened(at("192.0.2.2"), 2)).isTrue();
        connections.closed(at("192.0.2.1"));
        assertThat(connections.opened(at("192.0.2.1"), 2)).isTrue();
        for (int i = 0; i < 2; i++) {
            connections.closed(at("192.0.2.1"));
        }
        connections.closed(at("192.0.2.2"));
        assertThat(connections.sources()).isZero();
    }
}
