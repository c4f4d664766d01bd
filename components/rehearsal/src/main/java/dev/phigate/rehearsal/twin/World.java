package dev.phigate.rehearsal.twin;

import dev.phigate.rehearsal.twin.Entry.Standing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What there is in a rehearsed cloud: a journal, one JSON line a change, that several plugin processes share. Every look at it and every
 * change happens under a lock on the file, after what others wrote was read. Any thread may use it.
 */
final class World {
    private static final String PLAN = "-plan-";
    private static final Pattern PLAN_FILE = Pattern.compile("[a-z-]+" + PLAN + "([0-9-]+)\\.jsonl");
    private static final String OWNER_ONLY = "rw-------";

    private final Path journal;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, Integer> births = new LinkedHashMap<>();
    private long read;

    private World(Path journal) {
        this.journal = journal;
    }

    /**
     * The world in a folder, which is made when it is not there.
     *
     * @param packageName each provider has a world of its own
     */
    static World in(Path folder, String packageName) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path journal = folder.resolve(packageName + ".jsonl");
        if (Files.notExists(journal)) {
            try {
                Files.createFile(
                        journal, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
            } catch (FileAlreadyExistsException e) {
                // Another plugin process was quicker.
            }
        }
        return new World(journal);
    }

    /**
     * What one run of the engine plans: it starts a process for each provider that a program configures, and a preview speaks of all of
     * them. What ended runs planned is removed.
     *
     * @param folder as for {@link #in}
     */
    static World planned(Path folder, String packageName) throws IOException {
        World plan = in(
                folder,
                packageName
                        + PLAN
                        + ProcessHandle.current().parent().map(World::run).orElse("0"));
        Set<String> runs = ProcessHandle.allProcesses().map(World::run).collect(Collectors.toSet());
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Matcher of = PLAN_FILE.matcher(file.getFileName().toString());
                if (of.matches() && !runs.contains(of.group(1)) && !file.equals(plan.journal)) {
                    Files.deleteIfExists(file);
                }
            }
        }
        return plan;
    }

    /** A process, so named that a later one with the same number is not taken for it. */
    private static String run(ProcessHandle process) {
        return process.pid() + "-"
                + process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /** Work on a world that nobody else changes meanwhile. */
    @FunctionalInterface
    interface Work<T> {
        T on(View view) throws IOException;
    }

    /** Does some work under the lock. */
    <T> T locked(Work<T> work) throws IOException {
        lock.lock();
        try (FileChannel file = FileChannel.open(journal, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock _ = file.lock()) {
            catchUp(file);
            return work.on(new View(file));
        } finally {
            lock.unlock();
        }
    }

    /** A line without its end was torn by a killed process: it never happened. */
    private void catchUp(FileChannel file) throws IOException {
        ByteBuffer fresh = ByteBuffer.allocate((int) (file.size() - read));
        while (fresh.hasRemaining() && file.read(fresh, read + fresh.position()) >= 0) {
            // Reads until everything is there.
        }
        String text = new String(fresh.array(), 0, fresh.position(), StandardCharsets.UTF_8);
        int whole = text.lastIndexOf('\n') + 1;
        text.substring(0, whole)
                .lines()
                .forEach(line -> apply(parse(JsonMapper.shared().readTree(line))));
        read += text.substring(0, whole).getBytes(StandardCharsets.UTF_8).length;
        if (read < file.size()) {
            file.truncate(read);
        }
    }

    private void apply(Entry entry) {
        String key = key(entry.type(), entry.id());
        if (!entries.containsKey(key) && !entry.urn().isEmpty()) {
            births.merge(entry.urn(), 1, Integer::sum);
        }
        entries.put(key, entry);
    }

    private static String key(String type, String id) {
        return type + " " + id;
    }

    private static Entry parse(JsonNode line) {
        return new Entry(
                line.path("urn").asString(""),
                line.path("type").asString(""),
                line.path("id").asString(""),
                Standing.valueOf(line.path("standing").asString("")),
                (ObjectNode) line.path("inputs"),
                (ObjectNode) line.path("outputs"));
    }

    /** The world while its lock is held. */
    final class View {
        private final FileChannel file;

        private View(FileChannel file) {
            this.file = file;
        }

        /** Everything that was ever there. */
        Collection<Entry> all() {
            return entries.values();
        }

        /** What is there. */
        Stream<Entry> live() {
            return entries.values().stream().filter(Entry::isLive);
        }

        Optional<Entry> find(String type, String id) {
            return Optional.ofNullable(entries.get(key(type, id)));
        }

        /** How often a resource of this name came to be. */
        int births(String urn) {
            return births.getOrDefault(urn, 0);
        }

        /** Writes an entry, in the place of the one with its type and id. */
        void put(Entry entry) throws IOException {
            ObjectNode line = JsonMapper.shared().createObjectNode();
            line.put("urn", entry.urn())
                    .put("type", entry.type())
                    .put("id", entry.id())
                    .put("standing", entry.standing().name());
            line.set("inputs", entry.inputs());
            line.set("outputs", entry.outputs());
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(line + "\n");
            int size = bytes.remaining();
            while (bytes.hasRemaining()) {
                file.write(bytes, read + size - bytes.remaining());
            }
            read += size;
            apply(entry);
        }
    }
}
