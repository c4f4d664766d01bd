package dev.phigate.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.audit.form.Field;
import dev.phigate.audit.form.RecordText;
import dev.phigate.audit.record.Samples;
import dev.phigate.audit.segment.Logs;
import dev.phigate.settings.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("A1")
class AuditLogTest {
    @TempDir
    Path directory;

    private AuditLogConfig config() {
        return AuditLogConfig.of(directory.resolve("audit"), Logs.ORIGIN);
    }

    private Path keyFile() {
        return config().directory().resolve("balancer-1.key");
    }

    private List<Map<Field, String>> records(Path folder) throws IOException {
        return Logs.read(folder).records().stream()
                .map(text -> {
                    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                    return Objects.requireNonNull(RecordText.read(bytes, 0, bytes.length));
                })
                .toList();
    }

    @Test
    void aLogTellsItsOwnLife() throws IOException {
        try (AuditLog log = AuditLog.open(config())) {
            assertThat(log.append(Samples.exchange(1))).isInstanceOf(Appended.Written.class);
        }
        AuditLog.open(config()).close();
        assertThat(records(config().folder().path()))
                .extracting(fields -> fields.getOrDefault(Field.EVENT, "exchange"))
                .containsExactly("created", "exchange", "closed", "opened", "closed");
    }

    @Test
    void aRecordIsInTheFileBeforeAppendReturns() throws IOException {
        try (AuditLog log = AuditLog.open(config())) {
            for (int i = 0; i < 20; i++) {
                assertThat(log.append(Samples.exchange(i))).isInstanceOf(Appended.Written.class);
                assertThat(Logs.read(config().folder().path()).records()).hasSize(i + 2);
            }
        }
    }

    @Test
    void theEndOfTheProcessIsRecordedByTheNext() throws IOException {
        Path left = directory.resolve("left");
        Files.createDirectory(left);
        try (AuditLog log = AuditLog.open(config())) {
            assertThat(log.append(Samples.exchange(1))).isInstanceOf(Appended.Written.class);
            Logs.copy(config().folder().path(), left.resolve(Logs.ORIGIN));
        }
        Files.copy(keyFile(), left.resolve("balancer-1.key"));
        try (AuditLog log = AuditLog.open(AuditLogConfig.of(left, Logs.ORIGIN))) {
            assertThat(log.health().state()).isEqualTo(Health.State.WORKING);
        }
        assertThat(records(left.resolve(Logs.ORIGIN)))
                .extracting(fields -> fields.get(Field.EVENT))
                .containsExactly("created", null, "recovered", "closed");
    }

    @Test
    void aKeyThatIsLostIsReplacedAndTheLogSaysFromWhereOn() throws IOException {
        AuditLog.open(config()).close();
        Files.delete(keyFile());
        try (AuditLog log = AuditLog.open(config())) {
            assertThat(Files.readAllLines(config().folder().keys()))
                    .hasSize(2)
                    .last()
                    .isEqualTo(log.verifier().text());
        }
        List<Map<Field, String>> records = records(config().folder().path());
        assertThat(records)
                .extracting(fields -> fields.get(Field.EVENT))
                .containsExactly("created", "closed", "opened", "key-changed", "closed");
        assertThat(records.get(3).get(Field.KEY))
                .isNotEqualTo(records.get(0).get(Field.KEY))
                .isEqualTo(Files.readAllLines(config().folder().keys()).get(1));
    }

    @Test
    void anAnswerWaitsForTheDiskWhereTheConfigurationSaysSo() throws Exception {
        AuditLogConfig fsync = Settings.yaml(
                "audit.yaml",
                "directory: " + directory.resolve("audit") + "\norigin: balancer-1\ndurability: fsync\n",
                AuditLogConfig::read);
        try (AuditLog log = AuditLog.open(fsync)) {
            Appended.Written written = (Appended.Written) log.append(Samples.exchange(1));
            log.answerable(written).toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
        try (AuditLog log = AuditLog.open(config())) {
            Appended.Written written = (Appended.Written) log.append(Samples.exchange(1));
            assertThat(log.answerable(written).toCompletableFuture()).isCompleted();
        }
    }

    @Test
    void filesAndFoldersAreForTheirOwnerOnly() throws IOException {
        AuditLog.open(config()).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config().directory())))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(config().folder().segment(0))))
                .isEqualTo("rw-------");
    }

    @Test
    void aClosedLogTakesNothingAndSaysWhy() throws IOException {
        AuditLog log = AuditLog.open(config());
        log.close();
        assertThat(log.append(Samples.exchange(1))).isEqualTo(Appended.Refused.OVER);
        assertThat(log.health().state()).isEqualTo(Health.State.OVER);
        assertThat(log.health().trouble()).isEqualTo("it is closed");
    }
}
