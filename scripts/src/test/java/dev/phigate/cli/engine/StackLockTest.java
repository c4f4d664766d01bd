package dev.phigate.cli.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lock of a dead engine is removed, and no other. */
class StackLockTest {
    @TempDir
    Path locks;

    private final List<String> said = new ArrayList<>();

    @Test
    void aLockWhoseOwnerIsGoneIsRemovedAndNamed() throws IOException {
        // Process ids end well below this one (/proc/sys/kernel/pid_max is at most 2^22).
        Path lock = lock(1L << 30, "here");

        StackLock.removeStale(locks, "here", said::add);

        assertThat(lock).doesNotExist();
        assertThat(said)
                .singleElement()
                .asString()
                .contains("process id 1073741824 of ann@here")
                .contains("no longer running");
    }

    @Test
    void aProcessIdThatAnotherProgramHasNowHoldsNothing() throws IOException {
        Path lock = lock(ProcessHandle.current().pid(), "here");

        StackLock.removeStale(locks, "here", said::add);

        assertThat(lock).doesNotExist();
    }

    @Test
    void aLockThatIsHeldIsRefusedWithItsOwner() throws Exception {
        // Named like the engine: what holds a lock is told by its command line.
        Process engine = new ProcessBuilder("/bin/bash", "-c", "exec -a pulumi sleep 60").start();
        try {
            awaitCommandLine(engine, "pulumi");
            Path lock = lock(engine.pid(), "here");

            assertThatExceptionOfType(Stop.class)
                    .isThrownBy(() -> StackLock.removeStale(locks, "here", said::add))
                    .withMessageContaining("the stack is in use")
                    .withMessageContaining("ann@here")
                    .satisfies(stop -> assertThat(stop.exitCode()).isEqualTo(3));
            assertThat(lock).exists();
        } finally {
            engine.destroyForcibly();
        }
    }

    @Test
    void aLockFromAnotherMachineIsLeftToItsOwner() throws IOException {
        Path lock = lock(1L << 30, "elsewhere");

        assertThatExceptionOfType(Stop.class)
                .isThrownBy(() -> StackLock.removeStale(locks, "here", said::add))
                .withMessageContaining("locked from another machine")
                .satisfies(stop -> assertThat(stop.advice()).first().asString().contains(lock.toString()));
        assertThat(lock).exists();
    }

    @Test
    void aStackThatWasNeverLockedIsFree() {
        StackLock.removeStale(locks.resolve("no-such-folder"), "here", said::add);

        assertThat(said).isEmpty();
    }

    private Path lock(long pid, String host) throws IOException {
        return Files.writeString(locks.resolve("0b0c.json"), """
                {"pid": %d, "username": "ann", "hostname": "%s", "timestamp": "2026-11-22T03:00:00Z"}""".formatted(pid, host));
    }

    private static void awaitCommandLine(Process process, String word) throws IOException {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                .startsWith(word + "\0")) {
            assertThat(System.nanoTime()).as("the engine's stand-in started").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
