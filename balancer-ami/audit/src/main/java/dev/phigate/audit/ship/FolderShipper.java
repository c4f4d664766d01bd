package dev.phigate.audit.ship;

import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.tree.Tiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Ships a log to a folder: sealed segments compressed, with their seals, indexes, tiles and the newest checkpoint. What arrived is read
 * back before it counts; what is there already is left alone, so it can be begun again at any moment. The destination is a log's
 * folder that can be verified and searched as it is.
 */
public final class FolderShipper {
    private static final int BUFFER = 1 << 16;

    private final LogFolder from;
    private final LogFolder to;

    /**
     * A shipper of one log.
     *
     * @param to the log's folder at the destination; made when it is missing
     */
    public FolderShipper(LogFolder from, LogFolder to) {
        this.from = from;
        this.to = to;
    }

    /**
     * Carries what is sealed and not there yet. A segment's seal arrives after the segment, and the checkpoint last of all.
     *
     * @throws IOException when something cannot be read or written, or is read back otherwise than it was written; what arrived
     *     before stays
     */
    public Shipment ship() throws IOException {
        Files.createDirectories(to.segments());
        return new SealedSegments(from).to((number, before, end) -> {
            boolean there = Files.exists(to.note(number));
            if (!there) {
                segment(number, before, end);
            }
            return !there;
        });
    }

    private void segment(long number, long before, long end) throws IOException {
        Path source = from.segment(number);
        Path target = to.compressed(number);
        Path fresh = target.resolveSibling(target.getFileName() + ".tmp");
        try (InputStream in = Files.newInputStream(source);
                OutputStream out = new GZIPOutputStream(Files.newOutputStream(fresh), BUFFER)) {
            in.transferTo(out);
        }
        try (InputStream sent = Files.newInputStream(source);
                InputStream arrived = new GZIPInputStream(Files.newInputStream(fresh), BUFFER)) {
            requireSame(sent, arrived, target);
        }
        place(fresh, target);
        if (Files.exists(from.index(number))) {
            copy(from.index(number), to.index(number));
        }
        Tiles own = new Tiles(from.path());
        Tiles carried = new Tiles(to.path());
        SealedSegments.tiles(before, end, tile -> {
            carried.write(tile, own.read(tile));
            carried.force(tile);
        });
        copy(from.keys(), to.keys());
        copy(from.note(number), to.note(number));
        copy(from.note(number), to.checkpoint());
    }

    private static void requireSame(InputStream sent, InputStream arrived, Path target) throws IOException {
        while (true) {
            byte[] left = sent.readNBytes(BUFFER);
            if (!Arrays.equals(left, arrived.readNBytes(BUFFER))) {
                throw new IOException(
                        target + ": what was written is not what is read back; the destination is not to be trusted");
            }
            if (left.length == 0) {
                return;
            }
        }
    }

    private static void copy(Path source, Path target) throws IOException {
        write(target, Files.readAllBytes(source));
    }

    private static void write(Path target, byte[] content) throws IOException {
        Path fresh = target.resolveSibling(target.getFileName() + ".tmp");
        Files.write(fresh, content);
        place(fresh, target);
    }

    private static void place(Path fresh, Path target) throws IOException {
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    }
}
