package dev.phigate.audit.verify;

import java.nio.ByteBuffer;

/** A leaf's hash as a value. */
record Hash(long a, long b, long c, long d) {
    /** The hash at a place. */
    static Hash at(byte[] bytes, int from) {
        ByteBuffer view = ByteBuffer.wrap(bytes, from, 32);
        return new Hash(view.getLong(), view.getLong(), view.getLong(), view.getLong());
    }
}
