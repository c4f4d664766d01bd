package dev.phigate.audit.note;

/** A note that cannot be trusted: it is malformed, or no known key signed it. The message says which. */
public final class NoteException extends Exception {
    private static final long serialVersionUID = 1L;

    NoteException(String message) {
        super(message);
    }
}
