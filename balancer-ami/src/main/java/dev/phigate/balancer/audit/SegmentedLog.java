package dev.phigate.balancer.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The audit log as numbered segments of JSON lines under the origin's folder: {@code 00000000000000000001.jsonl} and so on.
 * Nothing that was written is ever changed, so the folder may be append-only for the operating system: a process begins a
 * segment of its own, and a line torn by a crash stays the unfinished end of its segment, which the next segment's first
 * record names.
 */
public final class SegmentedLog implements AuditLog {
    private static final System.Logger LOG = System.getLogger(SegmentedLog.class.getName());
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final String SUFFIX = ".jsonl";
    private static final long RETRY_SECONDS = 1;

    private final AuditConfig config;
    private final Consumer<AuditRecord> watcher;
    private final FileChannel lock;
    private final ScheduledExecutorService retries = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("audit-retry").factory());

    private long number;
    private FileChannel segment;
    private long size;
    private long unrecorded;
    private volatile String trouble = "";

    private SegmentedLog(
            AuditConfig config, Consumer<AuditRecord> watcher, FileChannel lock, long lastNumber, long tornBytes)
            throws IOException {
        this.watcher = watcher;
        this.config = config;
        this.lock = lock;
        this.number = lastNumber + 1;
        this.segment = create(number);
        try {
            write(RecordForm.of(new JsonLine(), opened(lastNumber, tornBytes)));
        } catch (IOException e) {
            segment.close();
            throw e;
        }
    }

    /**
     * Opens a log for writing and takes its lock.
     *
     * @throws IOException with a message that names the folder, when it cannot be used or another process writes it
     */
    public static SegmentedLog open(AuditConfig config) throws IOException {
        return open(config, any -> {});
    }

    /**
     * The same, with somebody who is shown each record before it is written, on the thread that appends it.
     *
     * @throws IOException with a message that names the folder, when it cannot be used or another process writes it
     */
    @SuppressWarnings("OverlappingFileLock")
    public static SegmentedLog open(AuditConfig config, Consumer<AuditRecord> watcher) throws IOException {
        Path folder = config.folder();
        FileChannel lock = null;
        try {
            Files.createDirectories(folder, OWNER_FOLDER);
            lock = FileChannel.open(
                    folder.resolve("lock"), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), OWNER_FILE);
            if (lock.tryLock() == null) {
                throw new IOException("another process writes this log");
            }
            long last = lastSegment(folder);
            return new SegmentedLog(config, watcher, lock, last, last == 0 ? 0 : tornBytes(path(folder, last)));
        } catch (IOException | OverlappingFileLockException e) {
            if (lock != null) {
                lock.close();
            }
            String why = e instanceof OverlappingFileLockException ? "this process writes this log already" : reason(e);
            throw new IOException(
                    "audit log " + folder + " cannot be written: " + why
                            + " (expected: a folder that only this process writes)",
                    e);
        }
    }

    @Override
    public boolean append(AuditRecord any) {
        watcher.accept(any);
        ByteBuffer line = RecordForm.of(any);
        int length = line.remaining();
        return append(line, 1) == length;
    }

    @Override
    public Batch batch() {
        return new Batch(this);
    }

    Consumer<AuditRecord> watcher() {
        return watcher;
    }

    /**
     * Appends whole lines.
     *
     * @param lines one or more records
     * @param count how many
     * @return how many of the bytes are written: a record that ends within them is
     */
    synchronized int append(ByteBuffer lines, int count) {
        if (!trouble.isEmpty()) {
            unrecorded += count;
            return 0;
        }
        int start = lines.position();
        try {
            if (size >= config.segmentBytes()) {
                rotate(0);
            }
            write(lines);
        } catch (IOException e) {
            unrecorded += unwritten(lines);
            trouble = reason(e);
            LOG.log(
                    System.Logger.Level.ERROR,
                    "audit log {0}: {1}; refusing requests until it can be written again",
                    config.folder(),
                    trouble);
            retryLater();
        }
        return lines.position() - start;
    }

    /** How many records of a broken-off write are not there: as many as line ends that are not. */
    private static int unwritten(ByteBuffer lines) {
        int count = 0;
        for (int i = lines.position(); i < lines.limit(); i++) {
            count += lines.get(i) == '\n' ? 1 : 0;
        }
        return count;
    }

    @Override
    public boolean available() {
        return trouble.isEmpty();
    }

    @Override
    public String trouble() {
        return trouble;
    }

    @Override
    public synchronized void close() {
        retries.shutdownNow();
        trouble = "closed";
        try {
            segment.close();
            lock.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "audit log {0}: closing: {1}", config.folder(), reason(e));
        }
    }

    private void retryLater() {
        if (!retries.isShutdown()) {
            var _ = retries.schedule(this::retry, RETRY_SECONDS, TimeUnit.SECONDS);
        }
    }

    private synchronized void retry() {
        if (retries.isShutdown()) {
            return;
        }
        try {
            long torn = tornBytes(path(config.folder(), number));
            if (torn > 0) {
                rotate(torn);
            } else {
                write(RecordForm.of(new JsonLine(), opened(number, 0)));
            }
            unrecorded = 0;
            trouble = "";
            LOG.log(System.Logger.Level.INFO, "audit log {0}: written again", config.folder());
        } catch (IOException e) {
            trouble = reason(e);
            retryLater();
        }
    }

    private void rotate(long tornBytes) throws IOException {
        FileChannel next = create(number + 1);
        FileChannel full = segment;
        segment = next;
        number++;
        size = 0;
        full.close();
        write(RecordForm.of(new JsonLine(), opened(number - 1, tornBytes)));
    }

    private void write(ByteBuffer lines) throws IOException {
        size += lines.remaining();
        while (lines.hasRemaining()) {
            segment.write(lines);
        }
    }

    private AuditRecord opened(long previous, long tornBytes) {
        return new AuditRecord.Opened(
                Instant.now(), config.origin(), ProcessHandle.current().pid(), previous, tornBytes, unrecorded);
    }

    private FileChannel create(long segmentNumber) throws IOException {
        return FileChannel.open(
                path(config.folder(), segmentNumber),
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                OWNER_FILE);
    }

    private static Path path(Path folder, long number) {
        return folder.resolve(String.format(Locale.ROOT, "%020d%s", number, SUFFIX));
    }

    private static long lastSegment(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("\\d{20}" + SUFFIX))
                    .mapToLong(name -> Long.parseLong(name.substring(0, name.length() - SUFFIX.length())))
                    .max()
                    .orElse(0);
        }
    }

    /** How many bytes follow the last line end of a segment. */
    private static long tornBytes(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer block = ByteBuffer.allocate(4096);
            long end = channel.size();
            for (long blockEnd = end; blockEnd > 0; ) {
                long start = Math.max(0, blockEnd - block.capacity());
                block.clear().limit((int) (blockEnd - start));
                while (block.hasRemaining() && channel.read(block, start + block.position()) >= 0) {
                    // A read may be short.
                }
                for (int i = block.position() - 1; i >= 0; i--) {
                    if (block.get(i) == '\n') {
                        return end - (start + i + 1);
                    }
                }
                blockEnd = start;
            }
            return end;
        }
    }

    private static String reason(Exception e) {
        String message = e.getMessage();
        return e.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }
}
