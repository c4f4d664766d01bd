package dev.phigate.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.audit.AuditLog;
import dev.phigate.audit.AuditLogConfig;
import dev.phigate.audit.fact.Client;
import dev.phigate.audit.fact.Endpoint;
import dev.phigate.audit.fact.Identity;
import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.OpaqueId;
import dev.phigate.audit.record.SessionStarted;
import dev.phigate.cli.engine.Stop;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Tag("A5")
class ReportCommandTest {
    private static final Instant MORNING = Instant.parse("2026-11-22T08:00:00Z");

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private Path audit = Path.of("audit");
    private Path page = Path.of("page.html");

    @BeforeEach
    void write() throws IOException {
        audit = directory.resolve("audit");
        page = directory.resolve("page.html");
        for (String balancer : new String[] {"balancer-1", "balancer-2"}) {
            try (AuditLog log = AuditLog.open(AuditLogConfig.of(audit, balancer))) {
                var _ = log.append(new SessionStarted(
                        MORNING,
                        new Client(new OpaqueId(0, 1), new Name("https"), new Endpoint("192.0.2.17", 40_000)),
                        new Identity(Identity.Kind.LOGIN, "nurse of " + balancer),
                        new OpaqueId(0, 2)));
            }
        }
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        return new CommandLine(new AuditCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .setExecutionExceptionHandler((problem, _, _) -> {
                    out.append(String.valueOf(problem.getMessage()));
                    return problem instanceof Stop ? 3 : 99;
                })
                .execute(arguments);
    }

    private int report(String... more) {
        String[] arguments = new String[more.length + 4];
        arguments[0] = "report";
        arguments[1] = audit.toString();
        arguments[2] = "--out";
        arguments[3] = page.toString();
        System.arraycopy(more, 0, arguments, 4, more.length);
        return run(arguments);
    }

    @Test
    void onePageTellsOfEveryLogOfADirectoryAndIsForItsOwnerOnly() throws IOException {
        assertThat(report()).isZero();
        assertThat(out.toString()).startsWith(page + ": ").contains("balancer-1, balancer-2");
        assertThat(page)
                .content()
                .contains("From the beginning to now")
                .contains("<strong>balancer-1</strong> is whole", "<strong>balancer-2</strong> is whole")
                .contains("session-started");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(page)))
                .isEqualTo("rw-------");
        assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void onlyThePeriodThatIsAskedForIsCountedAndSaid() {
        assertThat(report("--from", "2026-11-22", "--to", "2026-11-22T09:00:00Z"))
                .isZero();
        assertThat(page).content().contains("From 2026-11-22 to 2026-11-22T09:00:00Z", "<b>2</b>records");
        assertThat(report("--to", "2026-11-21")).isZero();
        assertThat(page).content().contains("From the beginning to 2026-11-21", "<b>0</b>records");
    }

    @Test
    void anAlteredLogIsSaidOnThePageAndByTheExitCode() throws IOException {
        Path segment = audit.resolve("balancer-2/segments/0000000000.seg");
        String content = Files.readString(segment, java.nio.charset.StandardCharsets.ISO_8859_1);
        Files.writeString(
                segment, content.replace("nurse of", "NURSE of"), java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(report()).isEqualTo(1);
        assertThat(page)
                .content()
                .contains("<strong>balancer-1</strong> is whole", "<strong>balancer-2</strong> is ALTERED");
    }

    @Test
    void aPageThatCannotBeWrittenIsSaidWithItsPath() {
        page = directory.resolve("missing/page.html");
        assertThat(report()).isEqualTo(3);
        assertThat(out.toString()).contains(page + " cannot be written");
    }
}
