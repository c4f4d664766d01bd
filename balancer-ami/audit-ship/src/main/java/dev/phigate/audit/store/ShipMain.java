package dev.phigate.audit.store;

import dev.phigate.audit.AuditLogConfig;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.ship.ShipConfig;
import dev.phigate.audit.ship.ShippingState;
import dev.phigate.settings.InvalidSettings;
import dev.phigate.settings.Section;
import dev.phigate.settings.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The process that ships a balancer's log: {@code phigate-audit-ship FILE [ORIGIN]} with the balancer's configuration, and the log when
 * it is another than the one named there: a balancer that takes over from another writes beside that. The balancer starts it and holds
 * its standard input: when that ends, a last round is made and the process ends. Ends with 0, or 2 for a bad configuration.
 */
public final class ShipMain {
    private static final int BAD = 2;

    private ShipMain() {}

    /** Ships until the standard input ends. */
    @SuppressWarnings("SystemExitOutsideMain")
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length < 1 || arguments.length > 2) {
            System.err.println("usage: phigate-audit-ship FILE [ORIGIN]   (the balancer's configuration; the log)");
            Runtime.getRuntime().halt(BAD);
        }
        Path file = Path.of(arguments[0]);
        try {
            String document = Files.readString(file, StandardCharsets.UTF_8);
            Task named = Settings.yaml(file.toString(), document, ShipMain::read);
            run(arguments.length == 1 ? named : named.of(arguments[1]));
        } catch (InvalidSettings | IOException e) {
            System.err.println(e.getMessage());
            Runtime.getRuntime().halt(BAD);
        }
    }

    private record Task(LogFolder log, ShipConfig config) {
        Task of(String origin) {
            return new Task(new LogFolder(log.path().resolveSibling(origin)), config);
        }
    }

    /** The balancer judges its configuration; here only what concerns the log is read. */
    private static Task read(Section root) {
        root.keys().stream().filter(key -> !key.equals("audit")).forEach(root::raw);
        Section audit = root.section("audit");
        var _ = audit.raw("whenFull");
        AuditLogConfig log = AuditLogConfig.read(audit);
        return new Task(
                log.folder(),
                ShipConfig.read(audit.section("ship"), log.settings().segmentBytes()));
    }

    private static void run(Task task) throws IOException, InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        Thread.ofPlatform().daemon().name("owner").start(() -> {
            try {
                while (System.in.read() >= 0) {
                    // Nothing is said; only the end counts.
                }
            } catch (IOException e) {
                System.err.println("the owner is gone: " + e.getMessage());
            }
            over.countDown();
        });
        Duration every = task.config().every();
        String told = "";
        try (Journey journey =
                new Journey(task.log(), task.config(), () -> Stores.open(task.config()), InstantSource.system())) {
            boolean last;
            do {
                last = over.await(every.toMillis(), TimeUnit.MILLISECONDS);
                ShippingState state = journey.round();
                if (!state.trouble().equals(told)) {
                    told = state.trouble();
                    System.err.println(
                            told.isEmpty() ? "shipping to " + task.config().to() + " goes on" : "shipping: " + told);
                }
            } while (!last);
        }
    }
}
