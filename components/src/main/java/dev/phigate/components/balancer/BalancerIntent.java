package dev.phigate.components.balancer;

import dev.phigate.components.PortClaims;
import dev.phigate.components.Wording;
import dev.phigate.settings.Section;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The balancer, in the words of its configuration document (docs/architecture.md) but without paths: certificates and keys
 * come from the environment's key ring.
 *
 * @param serverNames {@code serverNames}: DNS names that clients reach it by; {@code localhost} by default
 * @param listeners {@code listeners}, at least one
 * @param upstreams {@code upstreams}, at least one
 * @param routes {@code routes}, at least one
 * @param admin {@code admin}: where the admin API answers, over mutual TLS always
 * @param shutdown {@code shutdown}: how long a stopping balancer waits for open requests
 * @param approval {@code approval} of a listener that is not on loopback
 */
public record BalancerIntent(
        List<String> serverNames,
        List<ListenerIntent> listeners,
        List<UpstreamIntent> upstreams,
        List<RouteIntent> routes,
        Admin admin,
        Map<String, Object> shutdown,
        Optional<ApprovalIntent> approval) {
    private static final List<String> EVERY_ADDRESS = List.of("0.0.0.0", "::");

    /**
     * Where the admin API answers.
     *
     * @param address {@code admin.address}; loopback by default
     * @param port {@code admin.port}
     */
    public record Admin(String address, int port) {
        static Admin read(Section section, PortClaims ports) {
            String address = Wording.address(section);
            return new Admin(address, ports.claim(section, address));
        }
    }

    /** Reads {@code phigate:balancer}, whose upstreams may name workloads. */
    public static BalancerIntent read(Section section, Collection<String> workloads, PortClaims ports) {
        List<ListenerIntent> listeners =
                Wording.named(section.atLeastOneSection("listeners"), each -> ListenerIntent.read(each, ports));
        List<UpstreamIntent> upstreams =
                Wording.named(section.atLeastOneSection("upstreams"), each -> UpstreamIntent.read(each, workloads));
        List<String> listenerNames =
                listeners.stream().map(ListenerIntent::name).toList();
        List<String> upstreamNames =
                upstreams.stream().map(UpstreamIntent::name).toList();
        return new BalancerIntent(
                section.texts("serverNames")
                        .must(names -> names.stream().noneMatch(String::isBlank), "DNS names")
                        .orElse(List.of("localhost")),
                listeners,
                upstreams,
                Wording.named(
                        section.atLeastOneSection("routes"),
                        each -> RouteIntent.read(each, listenerNames, upstreamNames)),
                Admin.read(section.section("admin"), ports),
                HandedOn.from(section.section("shutdown")).durations("drain").values(),
                section.optionalSection("approval").map(ApprovalIntent::read));
    }

    /** Every name and address that its certificate must carry. */
    public List<String> certificateNames() {
        Stream<String> addresses =
                Stream.concat(listeners.stream().map(ListenerIntent::address), Stream.of(admin.address()));
        return Stream.concat(serverNames.stream(), addresses.filter(address -> !EVERY_ADDRESS.contains(address)))
                .distinct()
                .toList();
    }
}
