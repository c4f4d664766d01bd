package dev.phigate.audit;

/**
 * How a log is.
 *
 * @param state whether it takes records
 * @param trouble what is wrong, for operators; empty when nothing is
 * @param records records in the tree
 * @param backlogBytes bytes that are appended but not in the tree yet
 * @param signedRecords records that the newest checkpoint covers
 */
public record Health(State state, String trouble, long records, long backlogBytes, long signedRecords) {
    /** Whether a log takes records. */
    public enum State {
        /** It does. */
        WORKING,
        /** It does, but not for long unless somebody helps. */
        IN_TROUBLE,
        /** It does not, and will not until it is opened again. */
        OVER
    }
}
