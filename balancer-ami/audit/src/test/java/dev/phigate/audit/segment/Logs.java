package dev.phigate.audit.segment;

import dev.phigate.audit.note.LogKey;
import dev.phigate.audit.tree.TileTree;
import dev.phigate.audit.write.LogSettings;
import dev.phigate.audit.write.LogWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Logs for tests: small segments, and copies of their folders as the end of a process would leave them. */
public final class Logs {
    public static final String ORIGIN = "balancer-1";
    public static final int SEGMENT = 1 << 16;

    private Logs() {}

    /** Settings under which nothing is signed or ended by time. */
    public static LogSettings patient() {
        return new LogSettings(SEGMENT, Duration.ofDays(1), Duration.ofMillis(1), Duration.ofDays(1), 1 << 24);
    }

    /** Settings under which everything is signed at once. */
    public static LogSettings eager() {
        return new LogSettings(SEGMENT, Duration.ofDays(1), Duration.ofMillis(1), Duration.ofMillis(1), 1 << 24);
    }

    /** Settings under which a few dozen records fill a segment, so that something is begun, sealed or signed at any moment. */
    public static LogSettings restless() {
        return new LogSettings(1 << 12, Duration.ofDays(1), Duration.ofMillis(1), Duration.ofMillis(1), 1 << 24);
    }

    /** Opens a log whose key lies beside its folder, under the folder's name. */
    public static LogWriter openOwn(Path folder, LogSettings settings) throws IOException {
        String origin = folder.getFileName().toString();
        Path key = folder.resolveSibling(origin + ".key");
        return LogWriter.open(new LogFolder(folder), LogKey.open(key, origin), settings);
    }

    /** Opens the log whose key is that of {@link #ORIGIN}, beside its folder. */
    public static LogWriter open(Path folder, LogSettings settings) throws IOException {
        return LogWriter.open(
                new LogFolder(folder), LogKey.open(folder.resolveSibling(ORIGIN + ".key"), ORIGIN), settings);
    }

    /** What a record says. */
    public static String text(long number) {
        return "record " + number + " ".repeat((int) (number % 97));
    }

    /** Appends one record, waiting while the log is full. */
    public static long append(LogWriter writer, long number) {
        byte[] record = text(number).getBytes(StandardCharsets.UTF_8);
        long end = writer.append(record, record.length);
        while (end == LogWriter.FULL) {
            LockSupport.parkNanos(100_000);
            end = writer.append(record, record.length);
        }
        return end;
    }

    /** Appends a run of records. */
    public static void append(LogWriter writer, long from, long to) {
        for (long i = from; i < to; i++) {
            if (append(writer, i) < 0) {
                throw new IllegalStateException("record " + i + " is refused");
            }
        }
    }

    /** What a segment's folder holds, whole records as texts. */
    public record Content(List<String> records, int torn, int damaged, String root) {}

    /** Reads every segment of a log without trusting anything else. */
    public static Content read(Path path) throws IOException {
        LogFolder folder = new LogFolder(path);
        SegmentScan scan = new SegmentScan();
        TileTree tree = new TileTree((tile, hashes) -> {});
        List<String> records = new ArrayList<>();
        int torn = 0;
        int damaged = 0;
        for (long number : folder.numbers()) {
            scan.open(folder.segment(number), number);
            for (SegmentScan.Found found = scan.next(); found != SegmentScan.Found.END; found = scan.next()) {
                switch (found) {
                    case RECORD -> {
                        tree.append(scan.bytes(), scan.payload(), scan.length());
                        records.add(new String(scan.bytes(), scan.payload(), scan.length(), StandardCharsets.UTF_8));
                    }
                    case TORN -> torn++;
                    case DAMAGED -> damaged++;
                    case END -> {}
                }
            }
        }
        return new Content(records, torn, damaged, HexFormat.of().formatHex(tree.root()));
    }

    /**
     * Copies a folder that nobody appends to at the moment: it is what the end of the process would leave. Syncer, notary and sealer
     * may still be at work, so it is copied until nothing changed meanwhile.
     */
    public static Path copy(Path from, Path to) throws IOException {
        while (true) {
            Map<Path, String> before = listing(from);
            boolean whole = true;
            try {
                for (Path file : before.keySet()) {
                    Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
                }
            } catch (NoSuchFileException e) {
                whole = false;
            }
            if (whole && listing(from).equals(before)) {
                return to;
            }
            delete(to);
        }
    }

    private static Map<Path, String> listing(Path folder) throws IOException {
        while (true) {
            Map<Path, String> listing = new TreeMap<>();
            try (var files = Files.walk(folder)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    boolean plain = Files.isRegularFile(file);
                    listing.put(file, plain ? Files.size(file) + " " + Files.getLastModifiedTime(file) : "");
                }
                return listing;
            } catch (NoSuchFileException | UncheckedIOException e) {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    /** Deletes a folder with everything in it, if it is there. */
    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Leaves what the sudden end of a process leaves that had signed nothing yet. */
    public static void crashed(Path log, Path left, int records) throws IOException {
        try (LogWriter writer = open(log, patient())) {
            append(writer, 0, records);
            copy(log, left);
        }
    }

    /** Waits for something that must come soon. */
    public static void await(String what, BooleanSupplier there) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!there.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited 20 s for: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
