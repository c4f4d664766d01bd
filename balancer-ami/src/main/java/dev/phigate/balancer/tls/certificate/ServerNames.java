package dev.phigate.balancer.tls.certificate;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is shown to whom, by the name a client asks for (RFC 6066 section 3): exactly that name, otherwise a wildcard of one
 * label (RFC 9525 section 6.3), otherwise the default, when there is one.
 *
 * @param <T> what is found
 */
public final class ServerNames<T> {
    private final Map<String, T> exact = new HashMap<>();
    private final Map<String, T> wildcard = new HashMap<>();
    private final @Nullable T byDefault;

    /**
     * A table.
     *
     * @param names by name in lower case, {@code *.example.org} for a wildcard
     * @param byDefault for names that are not there, and for none; null to find nothing
     */
    public ServerNames(Map<String, T> names, @Nullable T byDefault) {
        this.byDefault = byDefault;
        names.forEach((name, found) -> {
            if (name.startsWith("*.")) {
                wildcard.put(name.substring(1), found);
            } else {
                exact.put(name, found);
            }
        });
    }

    /** What there is for a name; null for a stranger. */
    public @Nullable T find(@Nullable String asked) {
        if (asked == null || (exact.isEmpty() && wildcard.isEmpty())) {
            return byDefault;
        }
        String name = asked.toLowerCase(Locale.ROOT);
        T found = exact.get(name);
        int dot = name.indexOf('.');
        if (found == null && dot > 0) {
            found = wildcard.get(name.substring(dot));
        }
        return found == null ? byDefault : found;
    }
}
