package dev.phigate.balancer.audit;

import dev.phigate.balancer.bench.Bench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the process that ships is kept going; what it does is not asked here. */
@Tag("A3")
final class ShippingTest {
    private static final Logger LOG = Logger.getLogger(Shipping.class.getName());

    @Test
    void aProcessThatCannotBeStartedIsTriedAgainUntilItCan(@TempDir Path folder) throws IOException {
        Path program = folder.resolve("ship");
        Path started = folder.resolve("started");
        Refusals refusals = new Refusals();
        LOG.addHandler(refusals);
        try (Shipping _ = Shipping.start(List.of(program.toString(), started.toString()))) {
            Bench.eventually("it says that there is no such program", () -> refusals.count.get() > 0);
            // Whole at once: a program that is still being written cannot be run.
            Path fresh = Files.writeString(folder.resolve("fresh"), "#!/bin/sh\ntouch \"$1\"\ncat\n");
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwx------"));
            Files.move(fresh, program, StandardCopyOption.ATOMIC_MOVE);
            Bench.eventually("it is started", () -> Files.exists(started));
        } finally {
            LOG.removeHandler(refusals);
        }
    }

    private static final class Refusals extends Handler {
        final AtomicInteger count = new AtomicInteger();

        @Override
        public void publish(LogRecord record) {
            if (record.getMessage().contains("cannot be started")) {
                count.incrementAndGet();
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
