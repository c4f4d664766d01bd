package dev.phigate.audit.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.audit.segment.Logs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that takes the mapped pages away ends the log, and neither the process nor one of its threads unseen. */
@Tag("A1")
class LostMappingTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"appender", "notary"})
    void whoeverTouchesItEndsTheLogAndTheProcessGoesOn(String who) throws IOException, InterruptedException {
        Path said = directory.resolve("said");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LostMapping.class.getName(),
                        directory.resolve(Logs.ORIGIN).toString(),
                        who)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(said);
        assertThat(process.exitValue()).as(lines.toString()).isZero();
        assertThat(lines)
                .as("a thread that dies says so")
                .noneMatch(line -> line.contains("Exception in thread"))
                .anyMatch(line -> line.startsWith("broken ") && line.contains("unsafe memory access"))
                .contains("appends -2", "accepts false", "never durable")
                .anyMatch(line -> line.startsWith("closed: the audit log could not be closed whole"));
    }
}
