package dev.phigate.components.balancer;

import dev.phigate.components.PortClaims;
import dev.phigate.components.Wording;
import dev.phigate.settings.Section;
import java.util.Map;
import java.util.Optional;

/**
 * One door of the balancer.
 *
 * @param name {@code name}: what routes call it
 * @param address {@code address} it listens on; loopback by default
 * @param port {@code port} it listens on
 * @param minimumVersion {@code tls.minimumVersion}, such as {@code TLSv1.3}
 * @param settings {@code timeouts}, {@code limits} and {@code hsts}, as the balancer's configuration document has them
 */
public record ListenerIntent(
        String name, String address, int port, Optional<String> minimumVersion, Map<String, Object> settings) {
    static ListenerIntent read(Section section, PortClaims ports) {
        String address = Wording.address(section);
        return new ListenerIntent(
                section.text("name").orElse(""),
                address,
                ports.claim(section, address),
                section.section("tls")
                        .text("minimumVersion")
                        .must(version -> version.matches("TLSv1(\\.[0-3])?"), "a version such as TLSv1.2 or TLSv1.3")
                        .optional(),
                HandedOn.from(section)
                        .section("timeouts", timeouts -> timeouts.durations("handshake", "header", "body", "idle"))
                        .section(
                                "limits",
                                limits -> limits.sizes("url", "header", "body").counts("connections"))
                        .section("hsts", hsts -> hsts.durations("maxAge").flags("includeSubDomains"))
                        .values());
    }
}
