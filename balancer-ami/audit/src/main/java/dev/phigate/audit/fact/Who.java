package dev.phigate.audit.fact;

import org.jspecify.annotations.Nullable;

/**
 * Whom an exchange is attributed to, as far as it was known when it ended.
 *
 * @param identity who
 * @param session the session it belongs to
 */
public record Who(@Nullable Identity identity, @Nullable OpaqueId session) {
    /** Nobody who proved anything. */
    public static final Who UNKNOWN = new Who(null, null);
}
