package dev.phigate.balancer.audit;

import dev.phigate.audit.clouds.CloudJar;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The process that ships the log, started beside the balancer and started again whenever it ends. It is another process because no SDK
 * of a cloud belongs into this one. It ends with the balancer, however the balancer ends: it holds the other end of a pipe.
 */
final class Shipping implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Shipping.class.getName());
    private static final String MAIN = "dev.phigate.audit.store.ShipMain";
    private static final List<String> OPTIONS = List.of("-Xmx192m", "-XX:+UseSerialGC");
    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final Duration LAST_ROUND = Duration.ofSeconds(30);

    private final List<String> command;
    private final Thread thread;
    private volatile boolean ending;
    private volatile @Nullable Process process;

    private Shipping(List<String> command) {
        this.command = command;
        this.thread = Thread.ofPlatform().daemon().name("audit-shipping").unstarted(this::supervise);
    }

    /**
     * Starts to ship a log by a configuration.
     *
     * @param configuration the balancer's own
     * @param origin the log, which need not be the one that stands there: processes that take over write others
     * @throws IOException when the program is not installed
     */
    static Shipping start(Path configuration, String origin) throws IOException {
        return start(CloudJar.command(
                CloudJar.find("audit.ship"), OPTIONS, MAIN, List.of(configuration.toString(), origin)));
    }

    static Shipping start(List<String> command) {
        Shipping shipping = new Shipping(command);
        shipping.thread.start();
        return shipping;
    }

    private void supervise() {
        try {
            while (!ending) {
                run();
                if (!ending) {
                    TimeUnit.SECONDS.sleep(AGAIN.toSeconds());
                }
            }
        } catch (InterruptedException e) {
            return;
        }
    }

    /** Starts it and waits until it ends, and says so when neither was asked for. */
    private void run() throws InterruptedException {
        try {
            Process started = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            process = started;
            int code = started.waitFor();
            if (!ending) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "the shipping of the audit log ended with {0}; it is started again",
                        code);
            }
        } catch (IOException | RuntimeException | Error e) {
            // The system may be out of processes, files or memory for a moment only.
            LOG.log(
                    System.Logger.Level.ERROR,
                    "the shipping of the audit log cannot be started: {0}; it is tried again",
                    e.getMessage());
        }
    }

    /** Lets it ship what the closed log left, for a while, then ends it. */
    @Override
    public void close() {
        ending = true;
        Process running = process;
        if (running == null) {
            return;
        }
        try {
            running.getOutputStream().close();
            if (!running.waitFor(LAST_ROUND.toSeconds(), TimeUnit.SECONDS)) {
                running.destroyForcibly();
            }
        } catch (IOException e) {
            running.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
