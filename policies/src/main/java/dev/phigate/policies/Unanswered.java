package dev.phigate.policies;

import java.io.Serial;

/**
 * Ends the asking of a question early because a value that it needs is unknown or malformed. Carries the answer, into which
 * {@link Finding#of} turns it, so a rule may read values as if they were all there.
 */
public final class Unanswered extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient Finding finding;

    Unanswered(Finding finding) {
        super(finding.toString(), null, false, false);
        this.finding = finding;
    }

    Finding finding() {
        return finding;
    }
}
