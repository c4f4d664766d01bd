package dev.phigate.audit.fact;

/**
 * A user or a service that proved who it is (45 CFR 164.312(d)): the workforce member or system, never the patient.
 *
 * @param kind how it was proved
 * @param name what the proof calls it, at most 256 characters; control characters and lone surrogates are replaced by U+FFFD, and
 *     what is longer ends in an ellipsis
 */
public record Identity(Kind kind, String name) {
    private static final int LONGEST = 256;

    /** How an identity was proved. */
    public enum Kind {
        CERTIFICATE,
        SPIFFE,
        TOKEN,
        LOGIN,
        ADMINISTRATOR,
        /** A keyed pseudonym of one of the others, see {@link Pseudonyms}. */
        PSEUDONYM
    }

    public Identity {
        name = cleaned(name);
    }

    private static String cleaned(String text) {
        if (text.length() <= LONGEST && text.chars().allMatch(Identity::plain)) {
            return text;
        }
        StringBuilder clean = new StringBuilder(LONGEST);
        text.codePoints()
                .map(c -> Character.isISOControl(c) || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
                        ? 0xFFFD
                        : c)
                .limit(LONGEST)
                .forEach(clean::appendCodePoint);
        if (clean.length() > LONGEST || clean.length() < text.length()) {
            int end = Math.min(clean.length(), LONGEST - 1);
            clean.setLength(Character.isHighSurrogate(clean.charAt(end - 1)) ? end - 1 : end);
            clean.append('\u2026');
        }
        return clean.toString();
    }

    private static boolean plain(int c) {
        return c >= ' ' && c < 0x7F;
    }
}
