package dev.phigate.audit.segment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * What stands around a record in a segment. Little-endian, aligned to 8 bytes:
 *
 * <pre>
 *  0  length of the payload; negative while it is being written, 0 where nothing was begun
 *  4  CRC-32C over payload, position, length and kind
 *  8  0xFF 'p' 'h' kind; 0xFF never occurs in UTF-8, so a payload cannot look like a frame
 * 12  payload, then zeros up to the next multiple of 8
 * </pre>
 */
public final class Frame {
    /** Bytes before the payload. */
    public static final int HEADER = 12;

    /** What positions of frames are multiples of. */
    public static final int ALIGNMENT = 8;

    /** A rest of a segment that is smaller holds no frame. */
    public static final int SMALLEST = 16;

    /** Where the checksum stands in the header. */
    public static final int AT_CHECKSUM = 4;

    /** Where magic and kind stand in the header. */
    public static final int AT_KIND = 8;

    private static final int MAGIC = 0x006870FF;
    private static final int KIND_SHIFT = 24;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** What a frame holds. */
    public enum Kind {
        /** A record, a leaf of the tree. */
        RECORD(1),
        /** Nothing up to the end of the segment. */
        PADDING(2),
        /** Bytes that a crash left, sealed by the recovery after it; no leaf. */
        TORN(3);

        private final int word;

        Kind(int code) {
            this.word = MAGIC | code << KIND_SHIFT;
        }

        /** What stands in the header: the magic bytes and the kind. */
        public int word() {
            return word;
        }
    }

    private Frame() {}

    /** How much of a segment a payload takes. */
    public static int size(int payload) {
        return (HEADER + payload + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** Computes checksums. One thread. */
    public static final class Checksum {
        private final CRC32C crc = new CRC32C();
        private final byte[] place = new byte[16];

        /** Begins a checksum with a payload. */
        public Checksum payload(byte[] bytes, int from, int length) {
            begin();
            more(bytes, from, length);
            return this;
        }

        /** Begins a checksum whose payload comes in parts. */
        public void begin() {
            crc.reset();
        }

        /** Goes on with a part of the payload. */
        public void more(byte[] bytes, int from, int length) {
            crc.update(bytes, from, length);
        }

        /** Ends it with what the frame says about itself. */
        public int of(long position, int length, Kind kind) {
            LONG.set(place, 0, position);
            INT.set(place, 8, length);
            INT.set(place, 12, kind.word());
            crc.update(place, 0, place.length);
            return (int) crc.getValue();
        }
    }

    static int intAt(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    static void putInt(byte[] bytes, int at, int value) {
        INT.set(bytes, at, value);
    }

    static long longAt(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    static void putLong(byte[] bytes, int at, long value) {
        LONG.set(bytes, at, value);
    }
}
