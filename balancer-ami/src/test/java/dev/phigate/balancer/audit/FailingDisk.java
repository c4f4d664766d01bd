package dev.phigate.balancer.audit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.phigate.balancer.bench.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A disk that reports errors when told to: an ext4 on a block device in memory (zram) of its own. Zeros take none of its memory, so the blocks of
 * a prepared segment are there; once it may take no more memory, every block that is written with anything else is an I/O error,
 * below a file system that has room. (A loop device over a file on a full file system will not do: Linux 6.18 calls a
 * write that was cut short a success.) Only root may make one.
 */
final class FailingDisk implements AutoCloseable {
    private static final Path CONTROL = Path.of("/sys/class/zram-control");

    private final Path point;
    private final String number;

    private FailingDisk(Path point, String number) {
        this.point = point;
        this.number = number;
    }

    /** Makes one, mounted at a point, or leaves the test out with the reason. */
    static FailingDisk at(Path point) throws IOException {
        Path add = CONTROL.resolve("hot_add");
        assumeTrue(
                Files.isReadable(add) && Files.isWritable(Path.of("/dev")),
                "no disk that can be made to fail here (needs root and the kernel's zram: " + add + ")");
        FailingDisk disk = new FailingDisk(point, Files.readString(add).strip());
        try {
            Files.createDirectories(point);
            disk.set("disksize", "64M");
            must("mkfs.ext4", "-q", "-F", "-b", "4096", "-m", "0", disk.device());
            Program mounted = run("mount", disk.device(), point.toString());
            assumeTrue(mounted.code() == 0, "no right to mount a file system here: " + mounted.output());
            return disk;
        } catch (IOException | RuntimeException e) {
            disk.close();
            throw e;
        }
    }

    /** Every block that is written from now on is an error. What is on the disk stays there. */
    void fail() throws IOException {
        set("mem_limit", "4096");
    }

    /** Another disk takes its place, with everything on it that this one has, and nothing that a cache held back. */
    void replace() throws IOException {
        must("umount", point.toString());
        set("mem_limit", "0");
        // As a machine does when it starts: the journal is replayed, and what the file system lost of its own is
        // mended.
        Program checked = run("e2fsck", "-f", "-p", device());
        if (checked.code() > 1) {
            throw new IOException("e2fsck: " + checked.output());
        }
        must("mount", device(), point.toString());
    }

    private String device() {
        return "/dev/zram" + number;
    }

    private void set(String attribute, String value) throws IOException {
        Files.writeString(Path.of("/sys/block/zram" + number, attribute), value);
    }

    private static Program run(String... command) throws IOException {
        return Program.run(List.of(command));
    }

    private static void must(String... command) throws IOException {
        Program done = run(command);
        if (done.code() != 0) {
            throw new IOException(String.join(" ", command) + ": " + done.output());
        }
    }

    @Override
    public void close() throws IOException {
        run("umount", point.toString());
        Files.writeString(CONTROL.resolve("hot_remove"), number);
    }
}
