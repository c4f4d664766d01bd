package dev.phigate.audit.segment;

import dev.phigate.audit.segment.Frame.Checksum;
import dev.phigate.audit.segment.Frame.Kind;
import dev.phigate.audit.write.LogWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Changes segments as somebody does who knows the format: every checksum and position is right again afterwards. */
public final class Forgery {
    private Forgery() {}

    /** Rewrites one segment with other records. */
    public static void rewrite(Path log, long number, Consumer<List<byte[]>> change) throws IOException {
        Path file = new LogFolder(log).segment(number);
        SegmentScan scan = new SegmentScan();
        scan.open(file, number);
        List<byte[]> records = new ArrayList<>();
        while (scan.next() == SegmentScan.Found.RECORD) {
            records.add(Arrays.copyOfRange(scan.bytes(), scan.payload(), scan.payload() + scan.length()));
        }
        change.accept(records);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(Files.readAllBytes(file), 0, SegmentHeader.BYTES);
        Checksum checksum = new Checksum();
        for (byte[] record : records) {
            byte[] frame = new byte[Frame.size(record.length)];
            int sum =
                    checksum.payload(record, 0, record.length).of(scan.base() + out.size(), record.length, Kind.RECORD);
            Frame.putInt(frame, 0, record.length);
            Frame.putInt(frame, Frame.AT_CHECKSUM, sum);
            Frame.putInt(frame, Frame.AT_KIND, Kind.RECORD.word());
            System.arraycopy(record, 0, frame, Frame.HEADER, record.length);
            out.writeBytes(frame);
        }
        Files.write(file, out.toByteArray());
    }

    /** How many records a segment holds. */
    public static int count(Path log, long number) throws IOException {
        SegmentScan scan = new SegmentScan();
        scan.open(new LogFolder(log).segment(number), number);
        int count = 0;
        while (scan.next() == SegmentScan.Found.RECORD) {
            count++;
        }
        return count;
    }

    /** Writes a log of a size and closes it. */
    public static void log(Path folder, int records) throws IOException {
        try (LogWriter writer = Logs.open(folder, Logs.patient())) {
            Logs.append(writer, 0, records);
        }
    }
}
