package dev.phigate.audit.write;

import dev.phigate.audit.note.SignedCheckpoint;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.SegmentHeader;
import dev.phigate.audit.tree.Tile;
import dev.phigate.audit.tree.Tiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;

/**
 * Seals a segment that nobody writes to any more: its tiles are made durable, the file is cut to what is in it, and the checkpoint
 * at its end is put beside it, last of all. A crash in between leaves it unsealed, and it is sealed again.
 *
 * @param number which segment
 * @param used bytes that are in use
 * @param first how many records the log had before it
 * @param end the checkpoint at its end
 */
record Seal(long number, long used, long first, SignedCheckpoint end) {
    void write(LogFolder folder) throws IOException {
        long last = end.checkpoint().size();
        if (used <= SegmentHeader.BYTES) {
            Files.deleteIfExists(folder.segment(number));
            LogFolder.force(folder.segments());
            return;
        }
        forceTiles(new Tiles(folder.path()), last);
        try (FileChannel channel = FileChannel.open(folder.segment(number), StandardOpenOption.WRITE)) {
            if (channel.size() > used) {
                channel.truncate(used);
            }
            channel.force(true);
        }
        LogFolder.replace(folder.note(number), end.note());
    }

    private void forceTiles(Tiles tiles, long last) throws IOException {
        for (int level = 0; Tile.hashes(level, last) > 0; level++) {
            long tile = Tile.hashes(level, first) / Tile.FULL;
            for (; Tile.width(level, tile, last) > 0; tile++) {
                Tile written = new Tile(level, tile, Tile.width(level, tile, last));
                tiles.force(written);
                if (written.isFull()) {
                    tiles.deletePartials(written);
                }
            }
        }
    }
}
