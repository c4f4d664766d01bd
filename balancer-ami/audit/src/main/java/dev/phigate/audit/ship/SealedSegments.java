package dev.phigate.audit.ship;

import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.tree.Tile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What of a log can be carried: its sealed segments in their order, each with the tiles that the tree grew by. What a destination has already
 * is left alone, so a run may be broken off at any moment.
 */
final class SealedSegments {
    private final LogFolder from;

    SealedSegments(LogFolder from) {
        this.from = from;
    }

    /** Where segments are carried to. */
    @FunctionalInterface
    interface Destination {
        /**
         * Carries a segment with all that proves it, its seal last; one whose seal is there already is there whole.
         *
         * @param before records of the log before it
         * @param end records of the log up to its end
         * @return false when it was there
         */
        boolean take(long number, long before, long end) throws IOException;
    }

    /** Something that is done with a tile. */
    @FunctionalInterface
    interface TileSink {
        void take(Tile tile) throws IOException;
    }

    /** Carries what is sealed and not there yet. */
    Shipment to(Destination destination) throws IOException {
        int shipped = 0;
        int there = 0;
        int waiting = 0;
        long before = 0;
        long last = -1;
        for (long number : from.numbers()) {
            if (!Files.exists(from.note(number))) {
                waiting++;
                continue;
            }
            long end = size(from.note(number));
            if (destination.take(number, before, end)) {
                shipped++;
            } else {
                there++;
            }
            before = end;
            last = number;
        }
        return new Shipment(shipped, there, waiting, last);
    }

    /** The tiles that change while a tree grows, as they are at its new size: what the log has beyond stays there. */
    static void tiles(long before, long size, TileSink each) throws IOException {
        for (int level = 0; Tile.hashes(level, size) > 0; level++) {
            long index = Tile.hashes(level, before) / Tile.FULL;
            for (; Tile.width(level, index, size) > 0; index++) {
                each.take(new Tile(level, index, Tile.width(level, index, size)));
            }
        }
    }

    private static long size(Path note) throws IOException {
        return Long.parseLong(Files.readAllLines(note).get(1));
    }
}
