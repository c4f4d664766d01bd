package dev.phigate.balancer.tls.ticket;

import dev.phigate.balancer.secret.Secrets;
import dev.phigate.settings.Section;
import java.time.Duration;
import java.util.Optional;

/**
 * How sessions are resumed.
 *
 * @param secret what a fleet derives its ticket keys from, so that every member resumes every member's sessions; by default
 *     one that this process makes and nobody else knows
 * @param rotate how long one key protects new tickets; default 12h
 * @param overlap how long the key before is still accepted; default 1h, and never longer than {@code rotate}
 */
public record TicketConfig(Optional<Secrets> secret, Duration rotate, Duration overlap) {
    /** Reads the section {@code tickets}. */
    public static TicketConfig read(Section section) {
        Duration rotate = section.duration("rotate")
                .between(Duration.ofMinutes(1), Duration.ofDays(7))
                .orElse(Duration.ofHours(12));
        Duration overlap = section.duration("overlap")
                .between(Duration.ZERO, Duration.ofDays(7))
                .orElse(rotate.compareTo(Duration.ofHours(1)) < 0 ? rotate : Duration.ofHours(1));
        if (overlap.compareTo(rotate) > 0) {
            section.problem("overlap", "longer than rotate (expected: at most as long)");
        }
        return new TicketConfig(Secrets.read(section, "secret"), rotate, overlap);
    }
}
