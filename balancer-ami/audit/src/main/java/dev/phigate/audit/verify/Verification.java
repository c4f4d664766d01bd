package dev.phigate.audit.verify;

import java.util.List;

/**
 * The outcome of a verification.
 *
 * @param findings everything that is not as it was written; empty when the log is whole
 * @param remarks what a reader should know though it is no finding
 * @param records whole records that are there
 * @param proved records from the beginning that a trusted signature covers
 * @param unfinishedBytes bytes behind the last signed record that are no whole record: a crash leaves them, and so does whoever
 *     writes at this moment
 * @param first the first record that is still there; those before it were removed by retention, their hashes are kept
 */
public record Verification(
        List<Finding> findings, List<String> remarks, long records, long proved, long unfinishedBytes, long first) {
    /** What is known about a log. */
    public enum Verdict {
        /** Everything is as it was written. */
        WHOLE,
        /** Something is not. */
        ALTERED,
        /** What is signed is whole; behind it lie bytes that a crash or a hand may have left. */
        UNDECIDABLE
    }

    /** What the outcome means. */
    public Verdict verdict() {
        if (!findings.isEmpty()) {
            return Verdict.ALTERED;
        }
        return unfinishedBytes > 0 ? Verdict.UNDECIDABLE : Verdict.WHOLE;
    }
}
