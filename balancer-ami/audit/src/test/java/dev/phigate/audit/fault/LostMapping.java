package dev.phigate.audit.fault;

import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.Logs;
import dev.phigate.audit.write.LogWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process whose log's file loses its pages while they are mapped, as when a disk goes away: touching them is a SIGBUS, which the JVM turns
 * into an InternalError. {@code LOG WHO}: {@code appender} goes on appending; {@code notary} only waits for the threads behind.
 */
final class LostMapping {
    private static final int BEFORE = 50;

    private LostMapping() {}

    public static void main(String[] arguments) throws IOException, InterruptedException, TimeoutException {
        Path log = Path.of(arguments[0]);
        LogWriter writer = Logs.openOwn(log, Logs.patient());
        Logs.append(writer, 0, BEFORE);
        Logs.await("all in the tree", () -> writer.records() == BEFORE);
        LogFolder folder = new LogFolder(log);
        try (FileChannel file =
                FileChannel.open(folder.segment(folder.numbers().getFirst()), StandardOpenOption.WRITE)) {
            file.truncate(0);
        }
        if (arguments[1].equals("appender")) {
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (writer.broken() == null && System.nanoTime() < end) {
                byte[] record = new byte[100];
                if (writer.append(record, record.length) == LogWriter.FULL) {
                    Thread.onSpinWait();
                }
            }
        }
        Logs.await("the end of the log", () -> writer.broken() != null);
        System.out.println("broken " + writer.broken());
        System.out.println("appends " + writer.append(new byte[1], 1));
        System.out.println("accepts " + writer.accepts());
        try {
            writer.whenDurable(Long.MAX_VALUE).toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            System.out.println("never durable");
        }
        try {
            writer.close();
        } catch (IOException e) {
            System.out.println("closed: " + e.getMessage());
        }
    }
}
