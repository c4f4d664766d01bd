package dev.phigate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A process that a test starts, and what it said. It has no terminal, only the environment that the test gives it, and a deadline.
 *
 * @param exitCode as the shell sees it
 * @param out its standard output
 * @param err its standard error
 */
public record Child(int exitCode, String out, String err) {
    /** Runs a command to its end, or kills it and its children at the deadline. */
    public static Child run(Path directory, Map<String, String> environment, Duration atMost, List<String> command) {
        Running running = start(directory, environment, command);
        return running.await(atMost);
    }

    /** Starts a command that the test wants to meet while it runs. */
    public static Running start(Path directory, Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            return new Running(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything it said: which of the two streams a line was on does not matter to the assertion. */
    public String said() {
        return out + err;
    }

    /** Asserts the exit code, and shows everything the process said when it is another. */
    public Child endsWith(int expected) {
        assertThat(exitCode).as("exit code of a process that said:%n%s", said()).isEqualTo(expected);
        return this;
    }

    /** A child that has not ended yet. */
    public static final class Running implements AutoCloseable {
        private final Process process;
        private final ExecutorService readers = Executors.newFixedThreadPool(2);
        private final CompletableFuture<String> out;
        private final CompletableFuture<String> err;

        private Running(Process process) {
            this.process = process;
            this.out = CompletableFuture.supplyAsync(() -> text(process.getInputStream()), readers);
            this.err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()), readers);
        }

        /** The process, to be told something. */
        public ProcessHandle handle() {
            return process.toHandle();
        }

        /** Its end, which must come before the deadline. */
        public Child await(Duration atMost) {
            try (this) {
                boolean ended = process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
                if (!ended) {
                    close();
                }
                // A daemon that the child left holds the pipes only if it inherited them, which is a fault of its own.
                Child child = new Child(
                        ended ? process.exitValue() : -1, out.get(20, TimeUnit.SECONDS), err.get(20, TimeUnit.SECONDS));
                assertThat(ended)
                        .as("ended within %s; it said:%n%s", atMost, child.said())
                        .isTrue();
                return child;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
                throw new IllegalStateException("the output of the child did not end with it", e);
            }
        }

        @Override
        public void close() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            readers.shutdownNow();
        }
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The project under test. */
    public static Path root() {
        Path root = Path.of(System.getProperty("phigate.root", "."));
        assertThat(Files.exists(root.resolve("scripts/phigate")))
                .as("root %s", root)
                .isTrue();
        return root.toAbsolutePath().normalize();
    }
}
