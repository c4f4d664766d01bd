package dev.phigate.audit.fault;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A small file system of its own, which only root may make. */
final class Mount implements AutoCloseable {
    private final Path point;

    private Mount(Path point) {
        this.point = point;
    }

    /** Mounts one, or leaves the test out with the reason. */
    static Mount tmpfs(Path point, String size) throws IOException, InterruptedException {
        Files.createDirectories(point);
        int code = run("mount", "-t", "tmpfs", "-o", "mode=700,size=" + size, "tmpfs", point.toString());
        assumeTrue(code == 0, "no right to mount a small file system here (needs root)");
        return new Mount(point);
    }

    void readOnly() throws IOException, InterruptedException {
        if (run("mount", "-o", "remount,ro", point.toString()) != 0) {
            throw new IOException(point + " cannot be made read-only");
        }
    }

    @Override
    public void close() throws IOException {
        try {
            run("umount", "--lazy", point.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs a tool to its end and answers its exit code. */
    static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return process.waitFor(20, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } finally {
            process.destroyForcibly();
        }
    }
}
