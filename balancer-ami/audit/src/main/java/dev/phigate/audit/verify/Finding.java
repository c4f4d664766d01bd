package dev.phigate.audit.verify;

/**
 * Something that is not as the process wrote it.
 *
 * @param kind what was done
 * @param first the first record it concerns, from 0; -1 when it concerns none
 * @param count how many records from there on
 * @param message a sentence that names the record and the place
 */
public record Finding(Kind kind, long first, long count, String message) {
    /** What was done to a log. */
    public enum Kind {
        /** A record has another content. */
        EDITED,
        /** A record is there that the process did not write at this place. */
        INSERTED,
        /** A record is missing between others. */
        REMOVED,
        /** A record stands at another place. */
        REORDERED,
        /** The last records are missing. */
        CUT,
        /** Records do not lead to a signed root, and the tiles that would tell which are damaged as well. */
        ALTERED,
        /** A file that proves or finds records is damaged or missing; the records may be whole. */
        DAMAGED,
        /** A checkpoint is not signed by a trusted key, or contradicts another one. */
        UNTRUSTED
    }

    static Finding damaged(String message) {
        return new Finding(Kind.DAMAGED, -1, 0, message);
    }

    static Finding untrusted(String message) {
        return new Finding(Kind.UNTRUSTED, -1, 0, message);
    }
}
