package dev.phigate.audit.note;

import java.util.Arrays;
import java.util.Base64;

/** What a log says about itself at one size (C2SP tlog-checkpoint). */
public final class Checkpoint {
    private static final int ROOT_BYTES = 32;
    private static final int LINES = 3;

    private final String origin;
    private final long size;
    private final byte[] root;

    /**
     * A checkpoint that nobody signed yet.
     *
     * @param origin whose log it is
     * @param size how many records it has
     * @param root the root over all of them, 32 bytes
     */
    public Checkpoint(String origin, long size, byte[] root) {
        this.origin = origin;
        this.size = size;
        this.root = root.clone();
    }

    /** Whose log it is. */
    public String origin() {
        return origin;
    }

    /** How many records it has. */
    public long size() {
        return size;
    }

    /** The root over all of them, 32 bytes. */
    public byte[] root() {
        return root.clone();
    }

    /** Whether a root is the one that it names. */
    public boolean hasRoot(byte[] other) {
        return Arrays.equals(root, other);
    }

    /** The text that is signed: three lines. */
    public String text() {
        return origin + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root) + "\n";
    }

    /**
     * Reads what {@link #text()} writes, and nothing else: extension lines are refused, because this log writes none.
     *
     * @throws NoteException when it is no such text
     */
    static Checkpoint parse(String text) throws NoteException {
        String[] lines = text.split("\n", -1);
        if (lines.length != LINES + 1 || !lines[LINES].isEmpty() || lines[0].isEmpty()) {
            throw new NoteException("not a checkpoint (expected: three lines: origin, size, root)");
        }
        if (!lines[1].matches("0|[1-9][0-9]{0,17}")) {
            throw new NoteException("the checkpoint's size is not a number");
        }
        try {
            byte[] root = Base64.getDecoder().decode(lines[2]);
            Checkpoint checkpoint = new Checkpoint(lines[0], Long.parseLong(lines[1]), root);
            if (root.length == ROOT_BYTES && checkpoint.text().equals(text)) {
                return checkpoint;
            }
        } catch (IllegalArgumentException e) {
            throw new NoteException("the checkpoint's root is not base64: " + e.getMessage());
        }
        throw new NoteException("the checkpoint's root is not 32 bytes in base64");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Checkpoint that
                && that.origin.equals(origin)
                && that.size == size
                && Arrays.equals(that.root, root);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(size) ^ Arrays.hashCode(root);
    }

    @Override
    public String toString() {
        return origin + " at " + size + " records";
    }
}
