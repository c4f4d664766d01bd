package dev.phigate.balancer.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.OpenSsl;
import dev.phigate.balancer.bench.Workload;
import dev.phigate.balancer.tls.ticket.TicketConfig;
import dev.phigate.balancer.tls.ticket.TicketKeys;
import dev.phigate.settings.InvalidSettings;
import dev.phigate.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who may resume whose sessions, and for how long. */
@Tag("B1")
@Tag("B7")
final class TicketTest {
    private static final Duration ROTATE = Duration.ofHours(12);
    private final Bench bench = new Bench();

    @AfterEach
    void stop() {
        bench.close();
    }

    private static String secret() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private Path secretFile(String... lines) throws IOException {
        Path file = bench.folder.resolve("ticket.secret");
        Files.write(file, List.of(lines));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private static TicketConfig config(Path file) {
        return Settings.yaml("test", "secret: \"file:" + file + "\"\nrotate: 12h\noverlap: 1h\n", TicketConfig::read);
    }

    private static List<String> names(TicketKeys keys, Instant moment) {
        return keys.at(moment).stream().map(TicketKeys.Key::toString).toList();
    }

    @Test
    void aKeyProtectsForOnePeriodAndIsAcceptedForTheOverlapOnly() throws IOException {
        TicketKeys keys = new TicketKeys(config(secretFile(secret())));
        Instant begin = Instant.ofEpochMilli(ROTATE.toMillis() * 41_000);
        String before = names(keys, begin.minusSeconds(3600)).getFirst();
        String current = names(keys, begin.plusSeconds(7200)).getFirst();
        assertThat(current).isNotEqualTo(before);
        assertThat(names(keys, begin.minusSeconds(3600))).containsExactly(before);
        assertThat(names(keys, begin.minusSeconds(60))).as("a fast clock's").containsExactly(before, current);
        assertThat(names(keys, begin.plusSeconds(60))).containsExactly(current, before);
        assertThat(names(keys, begin.plusSeconds(3599))).containsExactly(current, before);
        assertThat(names(keys, begin.plusSeconds(3600))).containsExactly(current);
    }

    @Test
    void aNewSecretMakesTheKeysAndTheOldOneIsAcceptedWhileItIsListed() throws IOException {
        String old = secret();
        String fresh = secret();
        Instant middle = Instant.ofEpochMilli(ROTATE.toMillis() * 41_000 + ROTATE.toMillis() / 2);
        List<String> before = names(new TicketKeys(config(secretFile(old))), middle);
        List<String> both = names(new TicketKeys(config(secretFile(fresh, old))), middle);
        assertThat(both).hasSize(2).last().isEqualTo(before.getFirst());
        assertThat(names(new TicketKeys(config(secretFile(fresh))), middle)).doesNotContainAnyElementsOf(before);
    }

    @Test
    void aSecretThatOthersCanReadOrThatIsShortIsRefused() throws IOException {
        Path open = secretFile(secret());
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r-----"));
        Assertions.assertThatExceptionOfType(InvalidSettings.class)
                .isThrownBy(() -> config(open))
                .withMessageContaining("chmod 600");
        Path shortOne = secretFile("c2hvcnQ=");
        Assertions.assertThatExceptionOfType(InvalidSettings.class)
                .isThrownBy(() -> config(shortOne))
                .withMessageContaining("at least 32 bytes")
                .withMessageNotContaining("c2hvcnQ=");
    }

    private static String talk(Bench with, String version, String options) throws IOException {
        return OpenSsl.connect(
                        with,
                        version + " " + options + " -ign_eof",
                        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                .output();
    }

    @Test
    void membersOfAFleetResumeEachOthersSessionsAndStrangersDoNot() throws IOException {
        Path shared = secretFile(secret());
        try (Bench other = new Bench();
                Bench stranger = new Bench()) {
            for (Bench one : List.of(bench, other, stranger)) {
                one.workload(Workload.OK);
                one.server = bench.server;
                one.tlsExtra = one == stranger ? "" : "tickets: {secret: \"file:" + shared + "\"}";
                one.start();
            }
            for (String version : List.of("-tls1_2", "-tls1_3")) {
                Path session = bench.folder.resolve("session" + version);
                talk(bench, version, "-sess_out " + session);
                assertThat(talk(other, version, "-sess_in " + session)).contains("Reused, TLSv1", "HTTP/1.1 200 ");
                assertThat(talk(stranger, version, "-sess_in " + session)).contains("New, TLSv1", "HTTP/1.1 200 ");
                bench.balancer().reload();
                assertThat(talk(bench, version, "-sess_in " + session))
                        .as("after a reload")
                        .contains("Reused, TLSv1");
            }
        }
    }

    @Test
    void aSessionIsNotResumedWhereOtherClientsAreAccepted() throws IOException {
        Path shared = secretFile(secret());
        try (Bench mutual = new Bench()) {
            for (Bench one : List.of(bench, mutual)) {
                one.workload(Workload.OK);
                one.server = bench.server;
                one.tlsExtra = "tickets: {secret: \"file:" + shared + "\"}";
            }
            mutual.tlsExtra += ", clientTrust: " + mutual.pki.trustFile();
            bench.start();
            mutual.start();
            for (String version : List.of("-tls1_2", "-tls1_3")) {
                Path session = bench.folder.resolve("session" + version);
                talk(bench, version, "-sess_out " + session);
                assertThat(talk(mutual, version, "-sess_in " + session)).doesNotContain("HTTP/1.1 200 ");
            }
        }
    }

    @Test
    void noEarlyDataIsTaken() throws IOException {
        bench.workload(Workload.OK);
        bench.start();
        Path session = bench.folder.resolve("session");
        assertThat(talk(bench, "-tls1_3", "-sess_out " + session)).contains("Max Early Data: 0");
    }
}
