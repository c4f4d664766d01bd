package dev.phigate.balancer.fuzz;

import dev.phigate.audit.segment.SegmentScan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Fuzz target: the file of a segment, in whatever state. Reading it goes forward and ends, and finds nothing outside of it. */
public final class SegmentFuzz {
    private static final Path FILE = file();

    private SegmentFuzz() {}

    private static Path file() {
        try {
            Path file = Files.createTempFile("segment", ".fuzz");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One input: the file. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        Files.write(FILE, input);
        try (SegmentScan scan = new SegmentScan()) {
            scan.open(FILE, 0, 0);
            int before = -1;
            for (var found = scan.next(); found != SegmentScan.Found.END; found = scan.next()) {
                if (scan.at() <= before
                        || scan.size() <= 0
                        || scan.at() + scan.size() > Math.max(input.length, scan.fileSize())) {
                    throw new IllegalStateException(
                            found + " at " + scan.at() + ", " + scan.size() + " bytes of " + input.length);
                }
                before = scan.at();
            }
        }
    }
}
