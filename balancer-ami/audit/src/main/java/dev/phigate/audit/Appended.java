package dev.phigate.audit;

/** What became of a record that was to be appended. */
public sealed interface Appended {
    /**
     * The record is written: the end of the process no longer loses it, and what it is about may be answered.
     *
     * @param position behind it in the log, for {@link AuditLog#answerable}
     */
    record Written(long position) implements Appended {}

    /** The record is not written, and what it is about must not be answered. */
    enum Refused implements Appended {
        /** The log cannot keep up, or the disk has no room for a next segment. Later records may be taken again. */
        FULL,
        /** The disk failed, or the log is closed. No record is taken until it is opened again. */
        OVER
    }
}
