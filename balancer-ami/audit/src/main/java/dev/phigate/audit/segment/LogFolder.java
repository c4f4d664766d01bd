package dev.phigate.audit.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a log's files are.
 *
 * <pre>
 * checkpoint           the newest signed checkpoint (C2SP tlog-checkpoint)
 * tile/                the tree (C2SP tlog-tiles)
 * segments/N.seg       records
 * segments/N.idx       where the records of a sealed segment are, by what they name
 * segments/N.note      the checkpoint at the end of a segment: it is sealed
 * keys                 the verifier keys that signed, one a line, oldest first
 * shipping             how far shipping has come; proves nothing
 * shipping.gz          a large segment on its way to the store
 * lock                 held by the process that writes
 * </pre>
 *
 * @param path the log's folder
 */
public record LogFolder(Path path) {
    private static final Pattern SEGMENT = Pattern.compile("(\\d{10})\\.seg(\\.gz)?");
    private static final int MOST_NUMBER_DIGITS = 10;
    private static final String COMPRESSED = ".seg.gz";

    /** The segments' folder. */
    public Path segments() {
        return path.resolve("segments");
    }

    /** The newest checkpoint. */
    public Path checkpoint() {
        return path.resolve("checkpoint");
    }

    /** The keys that signed. */
    public Path keys() {
        return path.resolve("keys");
    }

    /** How far shipping has come. */
    public Path shipping() {
        return path.resolve("shipping");
    }

    /** A segment that is compressed for the store, where it is too large for memory. */
    public Path underWay() {
        return path.resolve("shipping.gz");
    }

    /** What the writing process holds. */
    public Path lock() {
        return path.resolve("lock");
    }

    /** A segment. */
    public Path segment(long number) {
        return segments().resolve(name(number) + ".seg");
    }

    /** A sealed segment as it was shipped, compressed (RFC 1952). */
    public Path compressed(long number) {
        return segments().resolve(name(number) + COMPRESSED);
    }

    /** The index of a sealed segment. */
    public Path index(long number) {
        return segments().resolve(name(number) + ".idx");
    }

    /** The checkpoint that seals a segment. */
    public Path note(long number) {
        return segments().resolve(name(number) + ".note");
    }

    /** A segment while it is being prepared. */
    public Path unprepared(long number) {
        return segments().resolve(name(number) + ".tmp");
    }

    /** The numbers of the segments that are there, in order. */
    public List<Long> numbers() throws IOException {
        NavigableSet<Long> numbers = new TreeSet<>();
        if (Files.isDirectory(segments())) {
            try (var files = Files.newDirectoryStream(segments(), "*.{seg,seg.gz}")) {
                for (Path file : files) {
                    Matcher matcher = SEGMENT.matcher(file.getFileName().toString());
                    if (matcher.matches()) {
                        numbers.add(Long.parseLong(matcher.group(1)));
                    }
                }
            }
        }
        return new ArrayList<>(numbers);
    }

    /** Whether a process writes to the log at this moment. Not to be asked by the process that does: asking ends its hold. */
    public boolean isHeld() {
        try (FileChannel channel = FileChannel.open(lock(), StandardOpenOption.READ)) {
            @Nullable FileLock shared = channel.tryLock(0, Long.MAX_VALUE, true);
            return shared == null;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Makes the folders, for their owner only. */
    public void create() throws IOException {
        Files.createDirectories(
                segments(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** Replaces a small file, whole or not at all, and durably. */
    public static void replace(Path file, String text) throws IOException {
        replace(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Replaces a small file, whole or not at all, and durably. */
    public static void replace(Path file, byte[] content) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        force(file.resolveSibling(""));
    }

    /** Makes the names in a folder durable. */
    public static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static String name(long number) {
        String digits = Long.toString(number);
        return "0".repeat(MOST_NUMBER_DIGITS - digits.length()) + digits;
    }
}
