package dev.phigate.components.identity;

import java.util.Locale;

/** What somebody is responsible for, and so which role they take (45 CFR 164.308(a)(3), 164.308(a)(4)). */
public enum Duty {
    /** Builds and changes the environment, except its balancers and its record. */
    PLATFORM_ADMIN,
    /** Changes the balancers' rules, and nothing else. */
    BALANCER_ADMIN,
    /** Reads everything that shows what was done, and changes nothing. */
    AUDITOR,
    /** Does what an emergency asks for (45 CFR 164.312(a)(2)(ii)), with a fresh second factor, and raises an alarm by it. */
    BREAK_GLASS;

    /** As names and tags write it. */
    public String written() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
