package dev.phigate.audit.record;

/** What became of an attempt to change something. */
public enum Verdict {
    DONE,
    REFUSED,
    FAILED
}
