package dev.phigate.audit.fact;

import java.util.Locale;

/**
 * A DNS name that a client asked for (RFC 6066, section 3). Clients choose it freely, so anything that is not a DNS name is
 * recorded as {@link #INVALID} and not as what was sent.
 */
public final class HostName {
    /** Stands for every name that is none. */
    public static final HostName INVALID = new HostName("invalid");

    private static final int LONGEST = 253;

    private final String value;

    private HostName(String value) {
        this.value = value;
    }

    /** The name in lower case, or {@link #INVALID}. */
    public static HostName of(String asked) {
        String lower = asked.toLowerCase(Locale.ROOT);
        boolean fits =
                !lower.isEmpty() && lower.length() <= LONGEST && lower.chars().allMatch(HostName::allowed);
        return fits ? new HostName(lower) : INVALID;
    }

    private static boolean allowed(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' || c == '*';
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HostName host && host.value.equals(value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
