package dev.phigate.balancer.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Pki;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a running balancer records of its certificates and keys. */
@Tag("B7")
@Tag("A1")
final class KeyRecordsTest {
    private final Bench bench = new Bench();
    private final List<String> seen = new ArrayList<>();

    @BeforeEach
    void host() {
        bench.workload(Workload.OK);
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private static String digest(byte[] of) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(of));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String digest(Pki.Issued issued) {
        try {
            return digest(issued.certificate().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** What was recorded since it was asked last, as {@code action outcome subject digest}. */
    private List<String> news() {
        try {
            List<String> all = bench.records("certificate-event").stream()
                    .map(record -> field(record, "action") + " " + field(record, "outcome") + " "
                            + field(record, "subject") + " " + field(record, "certificate"))
                    .toList();
            List<String> news = all.subList(seen.size(), all.size());
            seen.addAll(news);
            return news;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String field(String record, String key) {
        return record.replaceAll(".*\"" + key + "\":\"([^\"]*)\".*", "$1");
    }

    private void eventually(String event) {
        Bench.eventually(event, () -> news().contains(event));
    }

    private void reload() throws IOException {
        bench.write();
        bench.balancer().reload();
    }

    @Test
    void everyCertificateAndAuthorityThatIsPutInForceIsRecordedOnce() throws IOException {
        bench.start();
        assertThat(news())
                .startsWith("loaded done https " + digest(bench.server), "loaded done admin " + digest(bench.server))
                .contains("loaded done ehr " + digest(bench.client))
                .filteredOn(event -> event.startsWith("trusted done "))
                .extracting(event -> event.replaceFirst("trusted done (\\S+) .*", "$1"))
                .containsExactly("admin", "ehr");
        bench.balancer().reload();
        assertThat(news()).isEmpty();
        Files.copy(bench.pki.trustFile(), bench.folder.resolve("ca.crt"));
        bench.tlsExtra = "clientTrust: " + bench.folder.resolve("ca.crt") + ", clientCertificate: request";
        reload();
        assertThat(news()).singleElement().asString().startsWith("trusted done https ");
    }

    @Test
    void whatIsShownToTheCollectorAndWhoIsTrustedThereIsRecordedAsWell() throws IOException {
        Pki.Issued own = bench.pki.issue("for.collector");
        bench.rootExtra +=
                "telemetry: {otlp: {endpoint: \"https://127.0.0.1:1\", metrics: {interval: 1h}, tls: {trust: "
                        + bench.pki.trustFile() + ", " + Bench.pem(own) + "}}}\n";
        bench.start();
        assertThat(news())
                .contains("loaded done telemetry.otlp " + digest(own))
                .anyMatch(event -> event.startsWith("trusted done telemetry.otlp "));
    }

    @Test
    void aCertificateForTheSameKeyIsRenewedAndOneForAnotherIsSwapped() throws IOException {
        bench.start();
        news();
        Pki.Issued other = bench.pki.issue("localhost");
        bench.server = other;
        reload();
        assertThat(news())
                .containsExactly("swapped done https " + digest(other), "swapped done admin " + digest(other));
        bench.server = bench.pki.issue("localhost", other.key());
        reload();
        assertThat(news())
                .containsExactly(
                        "renewed done https " + digest(bench.server), "renewed done admin " + digest(bench.server));
        assertThat(bench.get("/")).isNotNull();
    }

    @Test
    void anotherTicketKeyIsRecordedByItsPublicNameAndNeverItself() throws IOException {
        Path file = bench.folder.resolve("ticket.secret");
        String[] secrets = {secret("a"), secret("b")};
        write(file, secrets[0]);
        bench.tlsExtra = "tickets: {secret: \"file:" + file + "\"}";
        bench.start();
        news();
        write(file, secrets[1]);
        reload();
        assertThat(news()).singleElement().asString().matches("rekeyed done https [0-9a-f]{64}");
        assertThat(String.join("\n", bench.records())).doesNotContain(secrets);
    }

    private static String secret(String of) {
        return Base64.getEncoder().encodeToString(of.repeat(32).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    private static void write(Path file, String secret) throws IOException {
        Files.writeString(file, secret + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void listsOfTheRevokedAreRecordedWhenTheyAreReadAndWhenTheyCannotBe() throws IOException {
        Path lists = bench.folder.resolve("revoked.pem");
        bench.pki.revoke(lists, Instant.now().plus(Duration.ofDays(1)));
        bench.tlsExtra = "clientTrust: " + bench.pki.trustFile() + ", clientRevocations: " + lists;
        bench.start();
        assertThat(news()).contains("revocations-loaded done https " + digest(Files.readAllBytes(lists)));
        bench.pki.revoke(lists, Instant.now().plus(Duration.ofDays(1)), bench.client);
        eventually("revocations-loaded done https " + digest(Files.readAllBytes(lists)));
        Files.writeString(lists, "no list at all");
        eventually("revocations-loaded failed https " + digest(Files.readAllBytes(lists)));
    }

    @Test
    void anAnswerThatIsStapledIsRecordedWithItsCertificate() throws IOException {
        Path answer = bench.folder.resolve("answer.der");
        bench.server = bench.pki.issueAnsweredFor("localhost", "http://127.0.0.1:1/ocsp");
        bench.tlsExtra = "staple: \"file:" + answer + "\"";
        bench.start();
        assertThat(news()).noneMatch(event -> event.startsWith("stapled"));
        Instant now = Instant.now();
        Files.write(
                answer,
                bench.pki.answer(
                        bench.server,
                        CertificateStatus.GOOD,
                        now.minus(Duration.ofHours(1)),
                        now.plus(Duration.ofHours(1))));
        eventually("stapled done https " + digest(bench.server));
    }

    @Test
    void aCertificateThatItsAuthorityRevokedIsRecordedOnceAndAnAnswerOfAnybodyElseIsNot() throws IOException {
        Path answer = bench.folder.resolve("answer.der");
        bench.server = bench.pki.issueAnsweredFor("localhost", "http://127.0.0.1:1/ocsp");
        bench.tlsExtra = "staple: \"file:" + answer + "\"";
        bench.start();
        news();
        Instant now = Instant.now();
        Instant from = now.minus(Duration.ofHours(1));
        RevokedStatus status = new RevokedStatus(Date.from(from), CRLReason.keyCompromise);
        byte[] revoked = bench.pki.answer(bench.server, status, from, now.plus(Duration.ofHours(1)));
        Pki others = new Pki(bench.folder.resolve("others"));
        Files.write(answer, others.answer(bench.server, status, from, now.plus(Duration.ofHours(1))));
        bench.balancer().reload();
        assertThat(news()).isEmpty();
        Files.write(answer, revoked);
        eventually("revoked done https " + digest(bench.server));
        Files.setLastModifiedTime(answer, FileTime.from(now.plusSeconds(60)));
        bench.balancer().reload();
        assertThat(news()).isEmpty();
        assertThat(seen).containsOnlyOnce("revoked done https " + digest(bench.server));
    }

    @Test
    void aCertificateThatEndsSoonAndOneThatHasEndedAreRecordedOnceEach() throws IOException {
        Instant now = Instant.now();
        Pki.Issued shortly = bench.pki.issue("short.example", "EC", now.minusSeconds(60), now.plusSeconds(6));
        bench.tlsExtra = "certificates: [{" + Bench.pem(shortly) + ", names: [short.example]}]";
        bench.start();
        assertThat(news()).containsOnlyOnce("expires-soon done https " + digest(shortly));
        eventually("expired done https " + digest(shortly));
        bench.get("/");
        assertThat(seen)
                .containsOnlyOnce(
                        "expires-soon done https " + digest(shortly), "expired done https " + digest(shortly));
    }
}
