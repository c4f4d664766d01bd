package dev.phigate.audit.tree;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** The hashes of RFC 6962, section 2.1: SHA-256, leaves and nodes told apart by their first byte. One thread. */
public final class TreeHash {
    /** Bytes of a hash. */
    public static final int BYTES = 32;

    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private final MessageDigest digest;
    private final byte[] pair = new byte[1 + 2 * BYTES];

    /** A hasher for one thread. */
    public TreeHash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
        pair[0] = NODE;
    }

    /** The root of a tree without leaves. */
    public byte[] empty() {
        return digest.digest();
    }

    /** Writes the hash of a record to a place. */
    public void leaf(byte[] record, int from, int length, byte[] to, int at) {
        digest.update(LEAF);
        digest.update(record, from, length);
        finish(to, at);
    }

    /** Writes the hash of the node over two hashes to a place, which may be one of theirs. */
    public void node(byte[] left, int leftAt, byte[] right, int rightAt, byte[] to, int at) {
        System.arraycopy(left, leftAt, pair, 1, BYTES);
        System.arraycopy(right, rightAt, pair, 1 + BYTES, BYTES);
        digest.update(pair, 0, pair.length);
        finish(to, at);
    }

    /**
     * The root of a complete subtree.
     *
     * @param hashes holds its leaves, which are hashes already
     * @param first which hash is its first leaf
     * @param count how many leaves; a power of two
     */
    public byte[] subtree(byte[] hashes, int first, int count) {
        byte[] row = Arrays.copyOfRange(hashes, first * BYTES, (first + count) * BYTES);
        for (int width = count; width > 1; width /= 2) {
            for (int i = 0; i < width / 2; i++) {
                node(row, 2 * i * BYTES, row, (2 * i + 1) * BYTES, row, i * BYTES);
            }
        }
        return Arrays.copyOf(row, BYTES);
    }

    private void finish(byte[] to, int at) {
        try {
            digest.digest(to, at, BYTES);
        } catch (DigestException e) {
            throw new IllegalArgumentException("no room for a hash at " + at, e);
        }
    }
}
