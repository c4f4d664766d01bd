package dev.phigate.components.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.settings.Cidr;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("N1")
final class NetworkPlanTest {
    private static NetworkPlan plan(String space, int zones) {
        return NetworkPlan.of(new NetworkIntent(
                Cidr.of(space),
                IntStream.range(0, zones).mapToObj("zone-%03d"::formatted).toList()));
    }

    /** Every address space that AWS takes, with every number of zones that fits. */
    static Stream<Arguments> spaces() {
        return IntStream.rangeClosed(2, 64)
                .boxed()
                .flatMap(zones -> IntStream.rangeClosed(16, NetworkPlan.longestPrefix(zones))
                        .mapToObj(prefix -> Arguments.of("10.64.0.0/" + prefix, zones)));
    }

    @ParameterizedTest
    @MethodSource("spaces")
    void everyZoneHasTwoSubnetsThatLieInTheSpaceAndApart(String space, int zones) {
        NetworkPlan plan = plan(space, zones);
        List<Cidr> subnets = plan.subnets().toList();
        assertThat(subnets).hasSize(2 * zones).allMatch(plan.space()::contains).allMatch(each -> each.prefix() <= 28);
        for (int i = 0; i < subnets.size(); i++) {
            for (int j = i + 1; j < subnets.size(); j++) {
                assertThat(subnets.get(i).overlaps(subnets.get(j))).isFalse();
            }
        }
        assertThat(plan.privateSubnets().keySet())
                .isEqualTo(plan.balancerSubnets().keySet());
    }

    @Test
    void theSubnetsOfThreeZonesAreThese() {
        NetworkPlan plan = plan("10.20.0.0/16", 3);
        assertThat(plan.privateSubnets().values())
                .extracting(Cidr::toString)
                .containsExactly("10.20.0.0/19", "10.20.32.0/19", "10.20.64.0/19");
        assertThat(plan.balancerSubnets().values())
                .extracting(Cidr::toString)
                .containsExactly("10.20.128.0/21", "10.20.136.0/21", "10.20.144.0/21");
    }

    @Test
    void theOrderInWhichZonesAreWrittenChangesNothing() {
        Cidr space = Cidr.of("10.0.0.0/16");
        assertThat(NetworkPlan.of(new NetworkIntent(space, List.of("b", "a"))))
                .isEqualTo(NetworkPlan.of(new NetworkIntent(space, List.of("a", "b"))));
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0/25, 2", "10.0.0.0/24, 3", "10.0.0.0/20, 33"})
    void aSpaceThatIsTooSmallIsRefused(String space, int zones) {
        assertThatThrownBy(() -> plan(space, zones)).hasMessageContaining("expected: at least /");
    }

    @Test
    void aHundredSubnetsArePlannedInLessThanFiftyMilliseconds() {
        long least = Long.MAX_VALUE;
        // The least of some: what the machine does meanwhile is no part of it.
        for (int i = 0; i < 20; i++) {
            long start = System.nanoTime();
            NetworkPlan plan = plan("10.0.0.0/16", 50);
            least = Math.min(least, System.nanoTime() - start);
            assertThat(plan.subnets()).hasSize(100);
        }
        assertThat(Duration.ofNanos(least)).isLessThan(Duration.ofMillis(50));
    }

    @Test
    void nobodyReachesAnybodyUntilItIsAllowedWithAReason() {
        NetworkPlan plan = plan("10.20.0.0/16", 2);
        assertThat(plan.named()).isEmpty();
        assertThat(plan.allow(Tier.ENTRY, Tier.BALANCER, 8443, "clients")
                        .allow(Cidr.of("192.168.0.0/24"), Tier.ENTRY, 443, "ward")
                        .allow(Tier.ENTRY, Tier.BALANCER, 8443, "said twice")
                        .named())
                .containsOnlyKeys("entry-to-balancer-8443", "192-168-0-0-24-to-entry-443");
    }

    @Test
    void whatOpensMoreThanTheEntryOrHasNoReasonIsRefused() {
        NetworkPlan plan = plan("10.20.0.0/16", 2);
        Cidr ward = Cidr.of("192.168.0.0/24");
        assertThatThrownBy(() -> plan.allow(ward, Tier.BALANCER, 443, "shortcut"))
                .hasMessageContaining("expected: ENTRY");
        assertThatThrownBy(() -> plan.allow(ward, Tier.ENTRY, 443, " ")).hasMessageContaining("reason");
        assertThatThrownBy(() -> plan.allow(ward, Tier.ENTRY, 443, "caf\u00e9"))
                .hasMessageContaining("plain characters");
        assertThatThrownBy(() -> plan.allow(ward, Tier.ENTRY, 0, "none")).hasMessageContaining("1 to 65535");
        assertThatThrownBy(() -> plan.allow(Cidr.of("0.0.0.0/0"), Tier.ENTRY, 443, "everybody"))
                .hasMessageContaining("private addresses");
        assertThatThrownBy(() -> plan.allow(Cidr.of("10.20.1.0/24"), Tier.ENTRY, 443, "ourselves"))
                .hasMessageContaining("outside 10.20.0.0/16");
    }
}
