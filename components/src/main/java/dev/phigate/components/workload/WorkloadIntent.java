package dev.phigate.components.workload;

import dev.phigate.components.PortClaims;
import dev.phigate.components.Wording;
import dev.phigate.settings.Section;

/**
 * One service behind the balancer. On {@code local} it is a demonstration service that shows what it received.
 *
 * @param name {@code name}: what upstreams call it, as {@code workload:<name>}
 * @param address {@code address} it listens on; loopback by default
 * @param port {@code port} it listens on
 */
public record WorkloadIntent(String name, String address, int port) {
    /** Reads one entry of {@code phigate:workloads}. */
    public static WorkloadIntent read(Section section, PortClaims ports) {
        String address = Wording.address(section);
        return new WorkloadIntent(section.text("name").orElse(""), address, ports.claim(section, address));
    }

    /** Where the balancer reaches it. */
    public String url() {
        return "https://" + Wording.hostAndPort(address, port);
    }
}
