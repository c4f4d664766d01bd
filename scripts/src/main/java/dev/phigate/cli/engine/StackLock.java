package dev.phigate.cli.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The engine's lock on a stack in the file backend: a file that names the process that took it. The engine removes it at its end; a
 * killed engine leaves it behind, and then every later command is refused.
 *
 * @param file the lock file
 * @param pid the process that took it
 * @param user who ran that process
 * @param host the machine it ran on
 * @param since when, as RFC 3339
 */
record StackLock(Path file, long pid, String user, String host, String since) {

    /**
     * Removes the locks whose owner is known to be gone: it ran on this machine and no engine has its process id now.
     *
     * @throws Stop when somebody holds the stack, or when that cannot be known from here
     */
    static void removeStale(Path folder, String thisHost, Consumer<String> say) {
        for (StackLock lock : in(folder)) {
            if (!lock.host.equals(thisHost)) {
                throw Stop.couldNotRun(
                        "the stack is locked from another machine: " + lock,
                        "What to do: when that process is gone, remove " + lock.file + " and run again");
            }
            if (lock.isHeld()) {
                throw Stop.couldNotRun(
                        "the stack is in use: " + lock,
                        "What to do: wait for that process, or stop it: kill -INT " + lock.pid);
            }
            say.accept("removing a stale lock: " + lock + " is no longer running");
            try {
                Files.deleteIfExists(lock.file);
                // The backend writes the file's attributes beside it.
                Files.deleteIfExists(Path.of(lock.file + ".attrs"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static List<StackLock> in(Path folder) {
        if (Files.notExists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .map(StackLock::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static StackLock read(Path file) {
        JsonNode content;
        try {
            content = JsonMapper.shared().readTree(file.toFile());
        } catch (RuntimeException e) {
            throw Stop.couldNotRun(
                    "the lock file " + file + " cannot be read: " + e.getMessage(),
                    "What to do: when no pulumi runs on this stack, remove it and run again");
        }
        return new StackLock(
                file,
                content.path("pid").asLong(0),
                content.path("username").asString("unknown"),
                content.path("hostname").asString("unknown"),
                content.path("timestamp").asString("unknown"));
    }

    /** A process id may have been given to another program since: only a running pulumi holds a lock. */
    private boolean isHeld() {
        try {
            String program = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"))
                    .split("\0", 2)[0];
            return program.equals("pulumi") || program.endsWith("/pulumi");
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "pulumi with process id " + pid + " of " + user + "@" + host + ", since " + since;
    }
}
