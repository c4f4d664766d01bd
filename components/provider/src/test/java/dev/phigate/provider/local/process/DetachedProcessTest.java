package dev.phigate.provider.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.provider.protocol.Cancellation;
import dev.phigate.provider.support.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("N9")
final class DetachedProcessTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    private DetachedProcess sleep() throws IOException {
        Path log = ProcessLog.open(sandbox.path("log")).file();
        return DetachedProcess.start(List.of("sleep", "300"), sandbox.path(""), log);
    }

    private static boolean endsSoon(ProcessIdentity process) {
        return new Cancellation().await(SOON, () -> !process.alive());
    }

    @Test
    void aProcessThatIsNotKeptEndsWithItsGuard() throws IOException {
        ProcessIdentity identity;
        try (DetachedProcess process = sleep()) {
            identity = process.identity();
            assertThat(identity.alive()).isTrue();
        }
        assertThat(endsSoon(identity)).isTrue();
    }

    /** Bites when the tests themselves run under nohup, as in CI systems. */
    @Test
    void aProcessHearsSighupEvenWhenWeIgnoreIt() throws IOException {
        try (DetachedProcess process = sleep()) {
            String status = Files.readString(
                    Path.of("/proc", Long.toString(process.identity().pid()), "status"));
            String ignored = status.replaceFirst("(?s).*SigIgn:\\s*([0-9a-f]+).*", "$1");
            assertThat(Long.parseUnsignedLong(ignored, 16) & 1)
                    .as("bit of SIGHUP in SigIgn")
                    .isZero();
        }
    }

    @Test
    void aProcessThatIsKeptOutlivesItsGuardUntilItIsStopped() throws IOException {
        ProcessIdentity identity;
        try (DetachedProcess process = sleep()) {
            identity = process.identity();
            process.keep();
        }
        assertThat(identity.alive()).isTrue();
        Signals.stop(identity, SOON);
        assertThat(identity.alive()).isFalse();
    }

    @Test
    void aProcessThatDiesAtOnceIsSeenAsDead() throws IOException {
        Path log = ProcessLog.open(sandbox.path("log")).file();
        try (DetachedProcess process =
                DetachedProcess.start(List.of("sh", "-c", "echo why >&2; exit 7"), sandbox.path(""), log)) {
            assertThat(endsSoon(process.identity())).isTrue();
        }
        assertThat(log).hasContent("why");
    }

    @Test
    void aProcessThatIgnoresTheRequestIsKilled() throws IOException {
        Path log = ProcessLog.open(sandbox.path("log")).file();
        try (DetachedProcess process = DetachedProcess.start(
                List.of("sh", "-c", "trap '' TERM; echo set; while :; do sleep 1; done"), sandbox.path(""), log)) {
            assertThat(new Cancellation().await(SOON, () -> log.toFile().length() > 0))
                    .isTrue();
            Signals.stop(process.identity(), Duration.ofMillis(200));
            assertThat(process.identity().alive()).isFalse();
        }
    }

    @Test
    void anotherStartIsAnotherProcess() {
        ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow();
        assertThat(self.alive()).isTrue();
        assertThat(ProcessIdentity.gone(self.pid()).alive()).isFalse();
        assertThat(new ProcessIdentity(self.pid(), self.startTicks() + 1, self.boot()).alive())
                .isFalse();
        assertThat(new ProcessIdentity(self.pid(), self.startTicks(), "another boot").alive())
                .isFalse();
        assertThat(ProcessIdentity.read(self.json())).contains(self);
    }
}
