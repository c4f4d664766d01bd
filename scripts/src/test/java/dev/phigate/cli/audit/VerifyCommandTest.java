package dev.phigate.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.audit.AuditLog;
import dev.phigate.audit.AuditLogConfig;
import dev.phigate.audit.fact.Name;
import dev.phigate.audit.record.CertificateEvent;
import dev.phigate.audit.record.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Tag("A2")
class VerifyCommandTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private Path audit;
    private AuditLogConfig config;

    @BeforeEach
    void write() throws IOException {
        audit = directory.resolve("audit");
        config = AuditLogConfig.of(audit, "balancer-1");
        write(20);
    }

    private void write(int records) throws IOException {
        try (AuditLog log = AuditLog.open(config)) {
            for (int i = 0; i < records; i++) {
                var _ = log.append(new CertificateEvent(
                        Instant.now(), CertificateEvent.Action.LOADED, new Name("n" + i), null, null, Verdict.DONE));
            }
        }
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        return new CommandLine(new AuditCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .execute(arguments);
    }

    private void edit() throws IOException {
        Path segment = config.folder().segment(0);
        String text = Files.readString(segment, java.nio.charset.StandardCharsets.ISO_8859_1);
        Files.writeString(segment, text.replace("\"n7\"", "\"n8\""), java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    @Test
    void aWholeLogEndsWith0AndAnEditedOneWith1AndTheRecord() throws IOException {
        assertThat(run("verify", audit.toString())).as(out.toString()).isZero();
        assertThat(out.toString()).contains("balancer-1: whole").contains("22 records, signed up to record 21");
        edit();
        assertThat(run("verify", audit.toString())).isEqualTo(1);
        assertThat(out.toString())
                .contains("balancer-1: ALTERED, 1 findings")
                .contains("record 8 was edited (segment 0, byte ");
    }

    @Test
    void jsonSaysTheSame() throws IOException {
        edit();
        assertThat(run("verify", "--json", config.folder().path().toString())).isEqualTo(1);
        JsonNode log = JsonMapper.builder()
                .build()
                .readTree(out.toString())
                .get("logs")
                .get(0);
        assertThat(log.get("origin").asString()).isEqualTo("balancer-1");
        assertThat(log.get("verdict").asString()).isEqualTo("altered");
        assertThat(log.get("findings").get(0).get("kind").asString()).isEqualTo("edited");
        assertThat(log.get("findings").get(0).get("record").asLong()).isEqualTo(8);
    }

    @Test
    void keysAndAnchorsAreReadFromFilesOrGivenAsTheyAre() throws IOException {
        Path keys = config.folder().keys();
        Path anchor = Files.copy(config.folder().checkpoint(), directory.resolve("anchor.note"));
        write(5);
        assertThat(run("verify", audit.toString(), "--key", keys.toString(), "--anchor", anchor.toString()))
                .as(out.toString())
                .isZero();
        assertThat(out.toString()).doesNotContain("note:");
        assertThat(run(
                        "verify",
                        audit.toString(),
                        "--key",
                        Files.readString(keys).strip()))
                .isZero();
        Path newer = Files.copy(config.folder().checkpoint(), directory.resolve("newer.note"));
        Path other = directory.resolve("other");
        AuditLogConfig again = new AuditLogConfig(
                other, "balancer-1", audit.resolve("balancer-1.key"), config.durability(), config.settings());
        AuditLog.open(again).close();
        assertThat(run("verify", other.toString(), "--anchor", newer.toString()))
                .isEqualTo(1);
        assertThat(out.toString()).contains("the tail is cut");
    }

    @Test
    void whatCannotBeDoneIsSaidInOneSentence() throws IOException {
        assertThatThrownByRun(2, "no audit log is in " + directory, "verify", directory.toString());
        assertThatThrownByRun(
                3, "cannot be read", "verify", directory.resolve("nowhere").toString());
        assertThatThrownByRun(2, "not a verifier key", "verify", audit.toString(), "--key", "a+b");
        Files.copy(audit.resolve("balancer-1.key"), directory.resolve("k"), StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownByRun(
                2,
                "--key",
                "verify",
                audit.toString(),
                "--key",
                directory.resolve("k").toString());
    }

    @Test
    void aLogThatWasShippedIsVerifiedWhereItArrived() throws IOException {
        Path store = directory.resolve("store");
        assertThat(run("ship", audit.toString(), store.toString(), "--entries")).isZero();
        assertThat(out.toString()).contains("balancer-1: 1 segments shipped, 0 were there, 0 not sealed yet");
        assertThat(run("verify", store.toString())).as(out.toString()).isZero();
        assertThat(store.resolve("balancer-1/tile/entries/000.p/22")).exists();
    }

    private void assertThatThrownByRun(int exitCode, String message, String... arguments) {
        CommandLine line = new CommandLine(new AuditCommand())
                .setExecutionExceptionHandler((problem, command, parsed) -> {
                    out.append(problem.getMessage());
                    return ((dev.phigate.cli.engine.Stop) problem).exitCode();
                });
        out.getBuffer().setLength(0);
        assertThat(line.execute(arguments)).as(out.toString()).isEqualTo(exitCode);
        assertThat(out.toString()).contains(message);
    }
}
