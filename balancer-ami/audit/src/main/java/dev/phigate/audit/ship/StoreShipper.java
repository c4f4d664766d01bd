package dev.phigate.audit.ship;

import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.tree.Tiles;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Ships one log to an object store, under its origin's name: sealed segments compressed, with index, tiles, keys and, last of all, the
 * seal; and its records as lines of JSON by day, under {@code records/}. An object counts once it was read back; a segment counts once
 * its seal is there. So a run may be broken off at any moment, and the next one goes on. One thread.
 */
public final class StoreShipper {
    private static final int SIZE_DIGITS = 20;
    private static final int BUFFER = 1 << 16;
    private static final int DIGEST_BYTES = 16;
    /** Segments up to this size are compressed in memory. */
    private static final long MOST_IN_MEMORY = 32L << 20;

    private final LogFolder from;
    private final ObjectStore store;
    private final String prefix;
    private @Nullable Set<String> there;
    private long anchored;

    /** A shipper of one log. */
    public StoreShipper(LogFolder from, ObjectStore store) {
        this.from = from;
        this.store = store;
        this.prefix = from.path().getFileName() + "/";
    }

    /**
     * Carries what is sealed and not there yet.
     *
     * @return what was done
     * @throws IOException when something cannot be read, or did not arrive as it was sent; what arrived before stays
     */
    public Shipment ship() throws IOException {
        Set<String> present = there();
        return new SealedSegments(from).to((number, before, end) -> {
            boolean there = present.contains(note(number));
            if (!there) {
                segment(number, before, end);
                present.add(note(number));
            }
            return !there;
        });
    }

    /**
     * Anchors the newest checkpoint: whoever alters the log later cannot alter what is in the store (45 CFR 164.312(c)(1)).
     *
     * @return records that the newest anchor covers
     */
    public long anchor() throws IOException {
        byte[] note;
        try {
            note = Files.readAllBytes(from.checkpoint());
        } catch (NoSuchFileException e) {
            return anchored;
        }
        long size = Long.parseLong(new String(note, StandardCharsets.UTF_8)
                .lines()
                .skip(1)
                .findFirst()
                .orElse("0"));
        if (size > anchored) {
            String digits = Long.toString(size);
            sent(prefix + "anchors/" + "0".repeat(SIZE_DIGITS - digits.length()) + digits, note);
            anchored = size;
        }
        return anchored;
    }

    /** Asked for once: nobody else writes under this origin. */
    private Set<String> there() throws IOException {
        Set<String> known = there;
        if (known == null) {
            known = new HashSet<>(store.list(prefix + "segments/"));
            there = known;
        }
        return known;
    }

    private void segment(long number, long before, long end) throws IOException {
        sentCompressed(named(from.compressed(number)), from.segment(number));
        if (Files.exists(from.index(number))) {
            hint(named(from.index(number)), Files.readAllBytes(from.index(number)));
        }
        Tiles tiles = new Tiles(from.path());
        SealedSegments.tiles(before, end, tile -> sent(prefix + tile.path(), tiles.read(tile)));
        lines(number);
        byte[] keys = Files.readAllBytes(from.keys());
        byte[] note = Files.readAllBytes(from.note(number));
        newest("keys", keys);
        sent(note(number), note);
        newest("checkpoint", note);
    }

    /** Outside the origin's own folder, so that one table holds every balancer. */
    private void lines(long number) throws IOException {
        String origin = "records/origin=" + from.path().getFileName() + "/day=";
        String name = from.segment(number).getFileName().toString().replace(".seg", ".json.gz");
        DayLines.each(from.segment(number), number, DayLines.MOST_BYTES, (day, part, compressed) -> {
            String object = origin + day + "/" + name;
            hint(part == 0 ? object : object.replace(".json.gz", "-" + part + ".json.gz"), compressed);
        });
    }

    private void newest(String name, byte[] content) throws IOException {
        if (!store.putNewest(prefix + name, content)) {
            // The store keeps the first version for good: the newest is told by its name instead.
            String own = prefix + name + "-" + digest(content);
            if (!name.equals("checkpoint") && store.list(own).isEmpty()) {
                sent(own, content);
            }
        }
    }

    /** Of 128 bits, so that no two contents ever share a name. Names with 32 bits stem from earlier versions, and are read as these are. */
    private static String digest(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Sends what proves nothing. A run that was broken off, of an earlier version of ours perhaps, may have left another form of it for good. */
    private void hint(String name, byte[] content) throws IOException {
        try {
            sent(name, content);
        } catch (FileAlreadyExistsException e) {
            if (store.get(name) == null) {
                throw e;
            }
        }
    }

    /** Whether an object is there that unpacks to a file. It is fetched into a file too: it may be larger than memory. */
    private boolean unpacksTo(Path file, String name) throws IOException {
        Path packed = from.underWay();
        try {
            try (OutputStream out = Files.newOutputStream(packed)) {
                if (!store.fetch(name, out)) {
                    return false;
                }
            }
            try (Comparison comparison = new Comparison(file);
                    InputStream arrived = new GZIPInputStream(Files.newInputStream(packed), BUFFER)) {
                arrived.transferTo(comparison);
                return comparison.isWhole();
            } catch (ZipException | EOFException e) {
                return false;
            }
        } finally {
            Files.deleteIfExists(packed);
        }
    }

    /** Sends an object and reads it back: a store's word about a checksum is not enough. */
    private void sent(String name, byte[] content) throws IOException {
        store.put(name, content);
        byte[] arrived = store.get(name);
        if (!Arrays.equals(content, arrived)) {
            throw new IOException(name + ": what was sent is not what is read back ("
                    + (arrived == null ? "nothing" : arrived.length + " bytes") + ", expected: the " + content.length
                    + " bytes that were sent); the store is not to be trusted");
        }
    }

    private String note(long number) {
        return named(from.note(number));
    }

    private String named(Path file) {
        return prefix + "segments/" + file.getFileName();
    }

    /** Sends a segment. Another Java may have compressed the same content otherwise, in a run that was broken off. */
    private void sentCompressed(String name, Path segment) throws IOException {
        try {
            if (Files.size(segment) <= MOST_IN_MEMORY) {
                ByteArrayOutputStream out = new ByteArrayOutputStream((int) Math.max(64, Files.size(segment) / 4));
                compress(segment, out);
                sent(name, out.toByteArray());
            } else {
                sentAsFile(name, segment);
            }
        } catch (FileAlreadyExistsException e) {
            if (!unpacksTo(segment, name)) {
                throw e;
            }
        }
    }

    /** Not always: what frees a full disk must not need room on it. */
    private void sentAsFile(String name, Path segment) throws IOException {
        Path compressed = from.underWay();
        try {
            try (OutputStream out = Files.newOutputStream(compressed)) {
                compress(segment, out);
            }
            store.put(name, compressed);
            if (!store.holds(name, compressed)) {
                throw new IOException(
                        name + ": what was sent is not what is read back; the store is not to be trusted");
            }
        } finally {
            Files.deleteIfExists(compressed);
        }
    }

    private static void compress(Path file, OutputStream to) throws IOException {
        try (OutputStream gzip = new GZIPOutputStream(to, BUFFER)) {
            Files.copy(file, gzip);
        }
    }
}
