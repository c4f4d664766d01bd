package dev.phigate.audit.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.audit.form.CanonicalJson;
import dev.phigate.audit.record.Samples;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.Logs;
import dev.phigate.audit.write.LogSettings;
import dev.phigate.audit.write.LogWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory does not grow with a segment: the balancer indexes them in its own heap, and an assessor's machine may be small. */
@Tag("A5")
class SmallHeapTest {
    private static final int SEGMENT = 48 << 20;
    private static final String HEAP = "-Xmx28m";

    @TempDir
    Path directory;

    private static int write(LogFolder folder) throws IOException {
        LogSettings settings =
                new LogSettings(SEGMENT, Duration.ofDays(1), Duration.ofMillis(50), Duration.ofSeconds(1), 256L << 20);
        CanonicalJson form = new CanonicalJson();
        int records = 0;
        try (LogWriter writer = Logs.openOwn(folder.path(), settings)) {
            for (long left = SEGMENT; left > 0; left -= form.length()) {
                Samples.exchange(records).writeTo(form);
                while (writer.append(form.bytes(), form.length()) == LogWriter.FULL) {
                    Thread.onSpinWait();
                }
                records++;
            }
        }
        assertThat(Files.size(folder.segment(folder.numbers().getLast()))).isGreaterThan(SEGMENT * 8L / 10);
        return records;
    }

    @Test
    void everythingThatReadsALogNeedsLessMemoryThanItsSegmentsAreLarge() throws IOException, InterruptedException {
        LogFolder log = new LogFolder(directory.resolve(Logs.ORIGIN));
        int records = write(log);
        Path said = directory.resolve("said");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        HEAP,
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallHeap.class.getName(),
                        log.path().toString(),
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        int segments = log.numbers().size();
        assertThat(Files.readAllLines(said))
                .containsExactly(
                        "indexed true",
                        "found 20",
                        "counted " + records,
                        "verified WHOLE " + records,
                        "shipped Shipment[shipped=" + segments + ", there=0, waiting=0, last=" + (segments - 1) + "]",
                        "verified there WHOLE " + records,
                        "carried Shipment[shipped=" + segments + ", there=0, waiting=0, last=" + (segments - 1) + "]",
                        "bundled " + records,
                        "recovered WHOLE " + records);
    }
}
