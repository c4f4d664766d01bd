package dev.phigate.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Pki;
import dev.phigate.settings.InvalidSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A configuration that cannot be meant is refused at start, with the name of every value and what to do. */
@Tag("B8")
final class ConfigurationTest {
    private final Bench bench = new Bench();

    @AfterEach
    void clean() {
        bench.close();
    }

    private String refusal() throws IOException {
        bench.write();
        return refusalOfFile();
    }

    private String refusalOfFile() {
        InvalidSettings refused = catchThrowableOfType(InvalidSettings.class, () -> BalancerConfig.read(bench.file()));
        return String.join("\n", refused.problems());
    }

    @Test
    @Tag("B2")
    void aPlaintextUpstreamIsAConfigurationError() throws IOException {
        bench.host("http://127.0.0.1:8080");
        assertThat(refusal())
                .contains(
                        "upstreams[\"ehr\"].hosts: http://127.0.0.1:8080 is not https",
                        "every upstream is TLS",
                        "164.312(e)(1)");
    }

    @Test
    @Tag("B3")
    void aRouteOfWebSocketsMayLeadToHostsOfEitherProtocol() throws IOException {
        bench.host("https://127.0.0.1:1");
        bench.upstreamExtra = "protocol: http/2";
        bench.routes = "  - {name: live, listener: https, upstream: ehr, webSocket: {}}\n";
        bench.write();
        assertThat(BalancerConfig.read(bench.file()).routes().getFirst().webSocket())
                .isPresent();
    }

    @Test
    void zonesOfHostsNeedAZoneOfOurOwn() throws IOException {
        bench.host("https://127.0.0.1:1");
        bench.upstreamExtra = "zones: {\"https://127.0.0.1:1\": a, \"https://127.0.0.1:2\": b}, zonePercent: 0";
        assertThat(refusal())
                .contains(
                        "upstreams[\"ehr\"].zones: nothing says which zone is ours (expected: zone at the top",
                        "https://127.0.0.1:2",
                        "zonePercent: 0");
    }

    @Test
    void whatFuzzingFoundIsRefusedWithItsPlace() throws IOException {
        bench.host("https:a");
        bench.rootExtra = "upgrade: {socket: \"/a\\0\"}\n";
        assertThat(refusal())
                .contains(
                        "upstreams[\"ehr\"].hosts: https:a (expected: https://HOST:PORT and nothing else)",
                        "upgrade.socket: /a\\u0000 (expected: ");
    }

    @Test
    void everyProblemIsReportedAtOnce() throws IOException {
        Files.writeString(bench.file(), """
            listeners:
              - {name: https, port: 70000, address: example.org, tls: {certificate: relative.crt, minimumVersion: TLSv1.1}, timeouts: {idel: 5s, header: -1s}}
            upstreams:
              - {name: ehr, hosts: ["https://127.0.0.1:1/path"], balancing: random, tls: {trust: /nowhere/ca.crt}}
            routes:
              - {name: all, listener: htps, upstream: her}
            audit: {directory: audit, origin: ../up}
            admin: {port: 8444, tls: {certificate: /nowhere/a.crt, privateKey: /nowhere/a.key}}
            shutdwon: {drain: 5s}
            """);
        assertThat(refusalOfFile())
                .contains(
                        "listeners[\"https\"].port: 70000 (expected: between 0 and 65535)",
                        "listeners[\"https\"].address: example.org (expected: an IPv4 or IPv6 address)",
                        "listeners[\"https\"].tls.certificate: relative.crt (expected: an absolute path)",
                        "listeners[\"https\"].tls.privateKey: missing",
                        "listeners[\"https\"].tls.minimumVersion: TLSv1.1 (expected: TLSv1.2 or TLSv1.3)",
                        "listeners[\"https\"].timeouts.idel: unknown key (did you mean idle?)",
                        "listeners[\"https\"].timeouts.header: -1s",
                        "upstreams[\"ehr\"].hosts: https://127.0.0.1:1/path (expected: https://HOST:PORT and nothing"
                                + " else)",
                        "upstreams[\"ehr\"].balancing: random (expected: one of round-robin, least-connections,"
                                + " power-of-two, consistent-hash)",
                        "upstreams[\"ehr\"].tls.trust: /nowhere/ca.crt does not exist",
                        "routes[\"all\"].listener: htps (expected: one of https)",
                        "routes[\"all\"].upstream: her (expected: one of ehr)",
                        "audit.directory: audit (expected: an absolute path)",
                        "audit.origin: ../up",
                        "admin.tls.clientTrust: missing",
                        "admin.tls.clients: missing",
                        "shutdwon: unknown key (did you mean shutdown?)");
    }

    @ParameterizedTest
    @CsvSource({
        "https://c.example:4318, true",
        "'https://[::1]', true",
        "https://c.example:0, false",
        "https://c.example:, false",
        "https://c.example:65536, false"
    })
    void aCollectorHasAPortThatThereIs(String endpoint, boolean accepted) throws IOException {
        bench.host("https://127.0.0.1:1");
        bench.rootExtra = "telemetry: {otlp: {endpoint: '" + endpoint + "', metrics: {}, tls: {trust: "
                + bench.pki.trustFile() + "}}}\n";
        bench.write();
        if (accepted) {
            assertThatCode(() -> BalancerConfig.read(bench.file())).doesNotThrowAnyException();
        } else {
            assertThat(refusalOfFile())
                    .contains("telemetry.otlp.endpoint: " + endpoint + " (expected: an https:// URL");
        }
    }

    @Test
    void aSpoolInWhichThereWouldNeverBeRoomIsRefused() throws IOException {
        bench.host("https://127.0.0.1:1");
        bench.auditExtra = "ship: {to: 'file:///store', spool: 16MiB}";
        bench.write();
        assertThatCode(() -> BalancerConfig.read(bench.file())).doesNotThrowAnyException();
        Files.writeString(bench.file(), bench.document().replace("segment: 1MiB", "segment: 5MiB"));
        assertThat(refusalOfFile())
                .containsPattern("audit\\.ship\\.spool: .* \\(expected: at least four times audit\\.segment\\)");
    }

    @ParameterizedTest
    @CsvSource({
        "https://store.internal, true",
        "http://127.0.0.1:4566, true",
        "'http://[::1]:4566', true",
        "http://localhost:4566, true",
        "http://store.internal, false",
        "http://127.0.0.1.store.internal, false",
        "http://localhost@store.internal, false",
        "ftp://127.0.0.1, false",
        "'https://[', false",
        "https://, false"
    })
    void recordsGoToNoStoreInClear(String endpoint, boolean accepted) throws IOException {
        bench.host("https://127.0.0.1:1");
        bench.auditExtra = "ship: {to: 'gs://records', spool: 16MiB, endpoint: '" + endpoint + "'}";
        bench.write();
        if (accepted) {
            assertThatCode(() -> BalancerConfig.read(bench.file())).doesNotThrowAnyException();
        } else {
            assertThat(refusalOfFile())
                    .contains(
                            "audit.ship.endpoint: " + endpoint, "an address of https, or one of http on this machine");
        }
    }

    @Test
    @Tag("B7")
    void aPrivateKeyThatOthersCanReadIsRefusedWithTheCommandThatMendsIt() throws IOException {
        bench.host("https://127.0.0.1:1");
        Path key = bench.server.keyFile();
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(refusal()).contains(key + " has mode rw-r-----", "chmod 600 " + key);
    }

    @Test
    @Tag("B7")
    void aCertificateOutsideItsTimeIsRefusedWithItsDates() throws IOException {
        bench.host("https://127.0.0.1:1");
        Instant now = Instant.now();
        bench.server = bench.pki.issue("localhost", "EC", now.minus(Duration.ofDays(9)), now.minus(Duration.ofDays(1)));
        assertThat(refusal()).contains("is valid from", "(expected: valid now");
        bench.server = bench.pki.issue("localhost", "EC", now.plus(Duration.ofDays(1)), now.plus(Duration.ofDays(2)));
        assertThat(refusal()).contains("is valid from", "(expected: valid now");
    }

    @Test
    @Tag("B7")
    void aKeyOfAnotherCertificateIsRefused() throws IOException {
        bench.host("https://127.0.0.1:1");
        Pki.Issued other = bench.pki.issue("other");
        bench.server = new Pki.Issued(
                bench.server.certificate(), bench.server.key(), bench.server.certificateFile(), other.keyFile());
        assertThat(refusal()).contains("is not the key of " + bench.server.certificateFile());
    }

    @Test
    @Tag("B7")
    void aKeyInAnotherFormIsRefusedWithTheCommandThatConvertsIt() throws IOException {
        bench.host("https://127.0.0.1:1");
        Files.writeString(
                bench.server.keyFile(), "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");
        assertThat(refusal()).contains("holds a EC PRIVATE KEY", "openssl pkcs8 -topk8 -nocrypt");
    }

    @Test
    void defaultsAreSafe() throws IOException {
        bench.host("https://127.0.0.1:1");
        Files.writeString(bench.file(), bench.document().replaceAll(", timeouts: \\{\\w+: 60s}", ""));
        BalancerConfig config = BalancerConfig.read(bench.file());
        var listener = config.listeners().getFirst();
        assertThat(listener.address().getAddress().isLoopbackAddress()).isTrue();
        assertThat(listener.handshake()).isEqualTo(Duration.ofSeconds(5));
        assertThat(listener.http().header()).isEqualTo(Duration.ofSeconds(10));
        assertThat(listener.http().body()).isEqualTo(Duration.ofSeconds(30));
        assertThat(listener.http().idle()).isEqualTo(Duration.ofSeconds(60));
        assertThat(listener.http().largestBody()).isEqualTo(100L << 20);
        assertThat(listener.connections()).isEqualTo(10_000);
        assertThat(config.upstreams().getFirst().timeouts().connect()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.upstreams().getFirst().perHost()).isEqualTo(256);
        assertThat(config.toString()).doesNotContain("PRIVATE");
    }
}
