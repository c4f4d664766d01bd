package dev.phigate.policies.offline;

/** A file that cannot be judged. The message names the file, the place in it, what was expected, and where it helps, what to do. */
public final class UnreadableDocument extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableDocument(String document, String problem) {
        super(document + ": " + problem);
    }
}
