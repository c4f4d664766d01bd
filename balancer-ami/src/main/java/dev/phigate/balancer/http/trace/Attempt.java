package dev.phigate.balancer.http.trace;

import dev.phigate.audit.fact.Method;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to have an exchange answered by a host, as its trace has it: from the wish for a connection to the answer's end. Of the
 * request it knows the method only: no path, query, field or body can reach it.
 *
 * @param ids its trace, and its own id, which the host is told as its parent
 * @param parent the id of the exchange's span
 * @param method the method; {@link Method#OTHER} for one that records do not name
 * @param host the host's name or address, as configured or found
 * @param port its port
 * @param resends how many attempts there were before
 * @param began when the host was turned to
 * @param lasted how long it took; zero while it is under way
 * @param status what the host answered; 0 for nothing
 * @param error what it came to, when that is no success: the words of the exchange's record, or the status; null otherwise
 */
public record Attempt(
        TraceParent ids,
        long parent,
        Method method,
        String host,
        int port,
        int resends,
        Instant began,
        Duration lasted,
        int status,
        @Nullable String error)
        implements Finished {
    /** Statuses from here on are failures to whoever asked (OpenTelemetry's conventions for spans of HTTP clients). */
    private static final int FAILURE = 400;

    /** The host's answer begins. */
    Attempt answered(int with) {
        return new Attempt(ids, parent, method, host, port, resends, began, lasted, with, error);
    }

    /**
     * It is over.
     *
     * @param at when
     * @param end why, in the words of records
     * @param failed whether the host is to blame
     */
    Attempt ended(Instant at, String end, boolean failed) {
        String what = failed || status == 0 ? end : status >= FAILURE ? Integer.toString(status) : null;
        return new Attempt(ids, parent, method, host, port, resends, began, Duration.between(began, at), status, what);
    }
}
