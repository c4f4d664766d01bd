package dev.phigate.audit.ship;

import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.SegmentScan;
import dev.phigate.audit.tree.Tile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the records of a log as the entry bundles of C2SP tlog-tiles: 256 records to a file, each with its length before it in 16 bits.
 * With them any reader of that format has everything.
 */
public final class EntryBundles {
    private final LogFolder from;
    private final Path to;
    private final ByteArrayOutputStream bundle = new ByteArrayOutputStream();
    private long records;

    /**
     * The bundles of a log.
     *
     * @param to a folder with the log's tiles, in which {@code tile/entries/} is made
     */
    public EntryBundles(LogFolder from, Path to) {
        this.from = from;
        this.to = to;
    }

    /**
     * Writes the bundles of a log from its first record on.
     *
     * @param size how many records; a checkpoint of that size is published beside them
     * @throws IOException when fewer are there, or something cannot be read or written
     */
    public void write(long size) throws IOException {
        try (SegmentScan scan = new SegmentScan()) {
            take(scan, size);
        }
        if (records < size) {
            throw new IOException(from.path() + ": it has " + records + " records (expected: " + size + ")");
        }
        int width = (int) (records % Tile.FULL);
        if (width > 0) {
            put(new Tile(0, records / Tile.FULL, width));
        }
    }

    private void take(SegmentScan scan, long size) throws IOException {
        for (long number : from.numbers()) {
            scan.open(from.segment(number), number);
            for (SegmentScan.Found found = scan.next();
                    found != SegmentScan.Found.END && records < size;
                    found = scan.next()) {
                if (found == SegmentScan.Found.RECORD) {
                    add(scan);
                }
            }
        }
    }

    private void add(SegmentScan scan) throws IOException {
        bundle.write(scan.length() >> 8);
        bundle.write(scan.length());
        bundle.write(scan.bytes(), scan.payload(), scan.length());
        records++;
        if (records % Tile.FULL == 0) {
            put(new Tile(0, records / Tile.FULL - 1, Tile.FULL));
        }
    }

    private void put(Tile tile) throws IOException {
        Path file = to.resolve(tile.entriesPath());
        Files.createDirectories(file.getParent());
        Files.write(file, bundle.toByteArray());
        bundle.reset();
    }
}
