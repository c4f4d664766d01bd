package dev.phigate.policies;

import java.io.Serial;

/**
 * Ends the asking of a question early because a value that it needs is unknown or malformed. Carries the answer. {@link Pack} and
 * {@link Finding#of} turn it into that answer, so a rule may read values as if they were all there.
 */
final class Unanswered extends RuntimeException {
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
