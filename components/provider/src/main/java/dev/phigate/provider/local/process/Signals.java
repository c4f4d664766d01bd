package dev.phigate.provider.local.process;

import dev.phigate.provider.protocol.Cancellation;
import dev.phigate.provider.protocol.ResourceFailure;
import java.io.IOException;
import java.time.Duration;

/** Signals to processes that are surely the ones that are meant. */
public final class Signals {
    private static final Duration AFTER_KILL = Duration.ofSeconds(5);

    private Signals() {}

    /**
     * Asks a process to end (SIGTERM) and ends it (SIGKILL) when it has not after a while; fine when it is gone.
     *
     * @param grace how long it may take to finish what it is doing
     */
    public static void stop(ProcessIdentity process, Duration grace) {
        // Not the operation's own cancellation: a stop that has begun is finished.
        Cancellation never = new Cancellation();
        if (process.alive()) {
            ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroy);
        }
        if (!never.await(grace, () -> !process.alive())) {
            ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
            if (!never.await(AFTER_KILL, () -> !process.alive())) {
                throw new ResourceFailure("process " + process.pid() + ": does not end, not even when killed");
            }
        }
    }

    /** Asks a process to read its configuration again (SIGHUP). */
    public static void reload(ProcessIdentity process) throws IOException {
        if (!process.alive()) {
            return;
        }
        Process kill = new ProcessBuilder("sh", "-c", "kill -HUP \"$1\"", "sh", Long.toString(process.pid()))
                .redirectErrorStream(true)
                .start();
        try {
            if (kill.waitFor() != 0) {
                throw new ResourceFailure("process " + process.pid() + ": cannot be signalled; does it belong to "
                        + System.getProperty("user.name") + "?");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
