package dev.phigate.balancer.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** Rewrites segments as somebody would who knows their form and has no key: lengths, positions and checksums fit. */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Forger(byte[] header, List<byte[]> records) {
    private static final int HEADER = 64;
    private static final int FRAME = 12;
    private static final int RECORD = 0x016870FF;

    /** Reads a sealed segment that no crash tore. */
    static Forger read(Path segment) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(segment)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] header = new byte[HEADER];
        in.get(header);
        List<byte[]> records = new ArrayList<>();
        while (in.remaining() > FRAME) {
            int at = in.position();
            byte[] record = new byte[in.getInt()];
            in.getInt();
            if (in.getInt() != RECORD) {
                throw new IOException(segment + ": no record at " + at);
            }
            in.get(record);
            in.position(Math.min(in.limit(), at + size(record)));
            records.add(record);
        }
        return new Forger(header, records);
    }

    void write(Path segment) throws IOException {
        long base = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getLong(24);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(header);
        for (byte[] record : records) {
            ByteBuffer place = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
            place.putLong(base + out.size()).putInt(record.length).putInt(RECORD);
            CRC32C checksum = new CRC32C();
            checksum.update(record);
            checksum.update(place.array());
            out.writeBytes(ByteBuffer.allocate(size(record))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(record.length)
                    .putInt((int) checksum.getValue())
                    .putInt(RECORD)
                    .put(record)
                    .array());
        }
        Files.write(segment, out.toByteArray());
    }

    private static int size(byte[] record) {
        return (FRAME + record.length + 7) & -8;
    }

    /** Another record of the same form: one of its digits is another. */
    static byte[] altered(byte[] record, int from) {
        byte[] other = Arrays.copyOf(record, record.length);
        for (int i = 0; i < other.length; i++) {
            int at = (from + i) % other.length;
            if (other[at] >= '0' && other[at] <= '9') {
                other[at] = (byte) (other[at] == '9' ? '0' : other[at] + 1);
                return other;
            }
        }
        throw new IllegalArgumentException("a record without a digit");
    }
}
