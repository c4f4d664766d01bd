package dev.phigate.balancer.http.trace;

import dev.phigate.audit.record.AuditRecord;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One exchange as its trace has it. What it says beyond its ids is what its audit record says, and the pattern of the route, which
 * stands in the configuration: no path, query, field or body can reach it.
 *
 * @param ids its trace, and its own id
 * @param parent the id of the client's span; 0 for none
 * @param began when its head was complete
 * @param record its audit record
 * @param pattern the paths that its route takes; null when there was no route
 */
public record Span(
        TraceParent ids,
        long parent,
        Instant began,
        AuditRecord record,
        @Nullable String pattern) implements Finished {}
