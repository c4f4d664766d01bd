package dev.phigate.policies.pack;

import java.util.Locale;

/** What a violation of a rule does to the update. */
public enum Level {
    /** It is not asked at all. */
    DISABLED,
    /** It is shown. */
    ADVISORY,
    /** It stops the update. */
    MANDATORY;

    /** The level as people and files write it, in lower case. */
    public String written() {
        return name().toLowerCase(Locale.ROOT);
    }
}
