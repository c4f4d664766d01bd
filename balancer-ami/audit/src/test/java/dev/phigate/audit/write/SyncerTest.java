package dev.phigate.audit.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.audit.segment.Frame.Checksum;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.Logs;
import dev.phigate.audit.segment.SegmentHeader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The thread that makes records durable, alone. */
@Tag("A1")
class SyncerTest {
    @Test
    void whoeverWaitsForTheDiskIsToldOfAnErrorThatEndsTheLog(@TempDir Path directory) throws Exception {
        LogFolder folder = new LogFolder(directory.resolve(Logs.ORIGIN));
        Files.createDirectories(folder.segments());
        Segment segment = Segment.prepare(folder, new SegmentHeader(0, 0, 1 << 20, 0), () -> {});
        Status status = new Status();
        AtomicBoolean once = new AtomicBoolean(true);
        Syncer syncer = new Syncer(segment, Duration.ofMillis(1), status, () -> {
            if (once.getAndSet(false)) {
                throw new OutOfMemoryError("nothing is left");
            }
        });
        syncer.start();
        try {
            CompletableFuture<Void> never = syncer.whenDurable(Long.MAX_VALUE).toCompletableFuture();
            byte[] record = new byte[100];
            segment.append(record, record.length, new Checksum().payload(record, 0, record.length));
            assertThatThrownBy(() -> never.get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("nothing is left");
            assertThat(status.broken()).contains("nothing is left");
        } finally {
            syncer.end();
            segment.unmap();
        }
    }
}
