package dev.phigate.balancer.audit;

import dev.phigate.audit.AuditLogConfig;
import dev.phigate.settings.Section;

/**
 * How the balancer keeps its audit log.
 *
 * @param log where it is and how it writes
 * @param whenFull what happens while it cannot take records; default refuse
 */
public record AuditConfig(AuditLogConfig log, WhenFull whenFull) {
    /** What happens while the log cannot take records. */
    public enum WhenFull {
        /** Requests are answered 503, and the balancer is not ready. */
        REFUSE,
        /** Requests are served without a record; how many stands in the log as soon as it takes records again. */
        CONTINUE
    }

    /** Reads the section {@code audit}. */
    public static AuditConfig read(Section section) {
        return new AuditConfig(
                AuditLogConfig.read(section),
                section.choice("whenFull", WhenFull.class).orElse(WhenFull.REFUSE));
    }
}
