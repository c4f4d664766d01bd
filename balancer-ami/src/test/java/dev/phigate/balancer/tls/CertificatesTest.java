package dev.phigate.balancer.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.OpenSsl;
import dev.phigate.balancer.bench.Pki;
import dev.phigate.balancer.bench.Program;
import dev.phigate.balancer.bench.Workload;
import dev.phigate.settings.InvalidSettings;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which certificate is shown to whom. */
@Tag("B1")
@NullUnmarked // a null where none should be fails the test that meets it
final class CertificatesTest {
    private static Bench bench;

    @BeforeAll
    static void start() throws IOException {
        bench = new Bench();
        bench.workload(Workload.OK);
        Pki.Issued one = bench.pki.issue("one.example.org");
        Pki.Issued oneRsa = bench.pki.issue("RSA", List.of("one.example.org"));
        Pki.Issued any = bench.pki.issue("EC", List.of("*.example.org", "example.net"));
        bench.tls = "certificates: [{%s}, {%s}, {%s}]".formatted(Bench.pem(one), Bench.pem(oneRsa), Bench.pem(any));
        bench.start();
    }

    @AfterAll
    static void stop() {
        bench.close();
    }

    @ParameterizedTest(name = "{0} -> {1} {2}")
    @CsvSource(delimiter = '|', textBlock = """
        one.example.org | one.example.org | id-ecPublicKey
        ONE.example.org | one.example.org | id-ecPublicKey
        one.example.org. | one.example.org | id-ecPublicKey
        two.example.org | *.example.org   | id-ecPublicKey
        example.net     | *.example.org   | id-ecPublicKey
        one.example.org -sigalgs RSA-PSS+SHA256 | one.example.org | rsaEncryption
        one.example.org -sigalgs RSA-PSS+SHA256:ECDSA+SHA256 | one.example.org | id-ecPublicKey
        one.example.org -tls1_2 -sigalgs RSA+SHA256 | one.example.org | rsaEncryption
        one.example.org -tls1_2 -cipher ECDHE-RSA-AES256-GCM-SHA384 | one.example.org | rsaEncryption
        one.example.org -tls1_2 | one.example.org | id-ecPublicKey
        one.example.org -ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384 -sigalgs RSA-PSS+SHA384 | one.example.org | rsaEncryption
        """)
    void theCertificateOfTheNameThatTheClientCanVerifyIsShown(String asked, String name, String key)
            throws IOException {
        Program seen = OpenSsl.connect(bench, "-servername " + asked);
        assertThat(seen.output()).contains("Verification: OK", "subject=CN = " + name, "a:PKEY: " + key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-servername two.example.com",
                "-servername a.b.example.org",
                "-servername example.org",
                "-noservername"
            })
    void aStrangersNameIsRefusedByNameAndRecorded(String options) throws IOException {
        Program seen = OpenSsl.connect(bench, options);
        assertThat(seen.output())
                .contains("SSL alert number 112", "Cipher is (NONE)")
                .doesNotContain("BEGIN CERT");
        assertThat(bench.records("handshake-failed").getLast()).contains("\"reason\":\"unknown-name\"");
    }

    @Test
    void aClientThatCanVerifyNoSignatureOfOursIsRefused() throws IOException {
        Program seen =
                OpenSsl.connect(bench, "-tls1_3 -servername two.example.org -sigalgs RSA-PSS+SHA256:ECDSA+SHA512");
        assertThat(seen.output()).contains("SSL alert number 40", "Cipher is (NONE)");
        assertThat(bench.records("handshake-failed").getLast()).contains("\"reason\":\"no-common-cipher\"");
    }

    @Test
    @Tag("B10")
    void aRequestForAnotherHostThanTheConnectionWasMadeToIsMisdirected() throws IOException {
        Program answered = OpenSsl.connect(
                bench,
                "-servername one.example.org -quiet -ign_eof",
                "GET / HTTP/1.1\r\nHost: two.example.org\r\nConnection: close\r\n\r\n");
        assertThat(answered.output()).contains("HTTP/1.1 421 ");
        assertThat(bench.records("refused").getLast()).contains("host-differs-from-sni");
    }

    @Test
    void aDefaultIsShownToStrangers() throws IOException {
        try (Bench own = new Bench()) {
            own.workload(Workload.OK);
            Pki.Issued rsa = own.pki.issue("RSA", List.of("localhost"));
            Pki.Issued named = own.pki.issue("named.example.org");
            own.tlsExtra = "certificates: [{%s, default: true}, {%s}]".formatted(Bench.pem(rsa), Bench.pem(named));
            own.start();
            assertThat(OpenSsl.connect(own, "-servername stranger.example.com").output())
                    .contains("subject=CN = localhost", "id-ecPublicKey");
            assertThat(OpenSsl.connect(own, "-noservername -sigalgs RSA-PSS+SHA256")
                            .output())
                    .contains("subject=CN = localhost", "rsaEncryption");
            assertThat(OpenSsl.connect(own, "-servername named.example.org").output())
                    .contains("subject=CN = named.example.org");
        }
    }

    @Test
    void whatCannotBeMeantIsRefused() throws IOException {
        try (Bench own = new Bench()) {
            own.workload(Workload.OK);
            Pki.Issued one = own.pki.issue("one.example.org");
            Pki.Issued again = own.pki.issue("one.example.org");
            own.tls = "certificates: [{%s, names: [two.example.org, NO]}, {%s}, {%s}], clientRevocations: /nowhere"
                    .formatted(Bench.pem(one), Bench.pem(again), Bench.pem(again));
            own.write();
            InvalidSettings refused = catchThrowableOfType(InvalidSettings.class, () -> own.read());
            assertThat(String.join("\n", refused.problems()))
                    .contains(
                            "two.example.org is not in the certificate, which has [one.example.org]",
                            "names: NO (expected: a host name in lower case",
                            "\"one.example.org\" has an EC certificate twice",
                            "clientRevocations: without clientTrust");
        }
    }

    /** Names mean the same in both cases (RFC 4343); a certificate may say the same twice. */
    @Test
    void aNameThatStandsTwiceInACertificateIsOneName() throws IOException {
        try (Bench own = new Bench()) {
            own.workload(Workload.OK);
            own.tls = Bench.pem(own.pki.issue("EC", List.of("one.example.org", "two.example.org", "One.example.org")));
            own.start();
            assertThat(OpenSsl.connect(own, "-servername one.example.org").output())
                    .contains("subject=CN = one.example.org");
        }
    }

    @Test
    void whatIsSaidOfACertificateThatIsNotThereIsRefused() throws IOException {
        try (Bench own = new Bench()) {
            own.workload(Workload.OK);
            own.tls = "names: [nobody.example.org], staple: responder, certificates: [{%s}]"
                    .formatted(Bench.pem(own.pki.issue("one.example.org")));
            own.write();
            InvalidSettings refused = catchThrowableOfType(InvalidSettings.class, () -> own.read());
            assertThat(refused.problems())
                    .containsExactly(
                            "listeners[\"https\"].tls.names: without certificate"
                                    + " (expected: both, or in an entry of certificates)",
                            "listeners[\"https\"].tls.staple: without certificate"
                                    + " (expected: both, or in an entry of certificates)");
        }
    }

    /** OpenSSL 3.0 does not know the hybrid group; BoringSSL as a client does. */
    @ParameterizedTest
    @ValueSource(strings = {"X25519MLKEM768", "X25519", "P-256", "P-384"})
    void eachAllowedGroupIsSpoken(String group) throws IOException {
        assertThat(offer(group)).contains("agreed TLS_CHACHA20_POLY1305_SHA256");
    }

    @Test
    void aGroupThatIsNotAllowedIsNotSpoken() throws IOException {
        assertThat(offer("X25519Kyber768Draft00")).contains("failed").doesNotContain("agreed");
        bench.awaitRecord("handshake-failed", "\"reason\":\"no-common-group\"");
    }

    private static String offer(String group) throws IOException {
        return Program.run(List.of(
                        "env",
                        GroupClient.WITHOUT_AES,
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        GroupClient.class.getName(),
                        Integer.toString(bench.port()),
                        "one.example.org",
                        bench.pki.trustFile().toString(),
                        group))
                .output();
    }
}
