package dev.phigate.audit.fact;

/**
 * A name somebody wrote into a configuration: of a listener, a route, an upstream. Never a path: a record says which route was
 * taken, not what was asked of it.
 *
 * @param value 1 to 64 letters, digits, dots, hyphens and underscores
 */
public record Name(String value) {
    private static final int LONGEST = 64;

    /** Refuses what is no such name. */
    public Name {
        if (value.isEmpty() || value.length() > LONGEST || !value.chars().allMatch(Name::allowed)) {
            throw new IllegalArgumentException(
                    "a name of " + value.length()
                            + " characters cannot be recorded (expected: 1 to 64 letters, digits, dots, hyphens and underscores)");
        }
    }

    private static boolean allowed(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '-'
                || c == '_';
    }

    @Override
    public String toString() {
        return value;
    }
}
