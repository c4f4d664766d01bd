package dev.phigate.audit.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.phigate.audit.note.NoteException;
import dev.phigate.audit.note.VerifierKey;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.verify.Trust;
import dev.phigate.audit.verify.Verification;
import dev.phigate.audit.verify.Verifier;
import dev.phigate.audit.write.LogSettings;
import dev.phigate.audit.write.LogWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log whose key AWS KMS keeps: the real process with the real SDK, and a peer for KMS. */
@Tag("A1")
class AwsKmsTest {
    private static final String ORIGIN = "balancer-1";
    static final LogSettings EAGER =
            new LogSettings(1 << 16, Duration.ofDays(1), Duration.ofMillis(1), Duration.ofMillis(10), 1 << 24);

    @TempDir
    Path directory;

    private LogFolder folder;
    private KmsPeer kms;

    @BeforeEach
    void start() throws IOException {
        kms = new KmsPeer();
        folder = new LogFolder(directory.resolve(ORIGIN));
    }

    @AfterEach
    void stop() {
        kms.close();
    }

    private List<String> command(String arn) {
        return List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Daws.accessKeyId=test",
                "-Daws.secretAccessKey=test",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.phigate.audit.kms.SignMain",
                "aws-kms:" + arn,
                kms.address().toString());
    }

    private SigningProcess key(String arn) throws IOException {
        return SigningProcess.open(command(arn), "aws-kms:" + arn, ORIGIN);
    }

    static void append(LogWriter writer, int from, int to) {
        for (int i = from; i < to; i++) {
            byte[] record = ("record " + i).getBytes(StandardCharsets.UTF_8);
            assertThat(writer.append(record, record.length)).isPositive();
        }
    }

    static void await(String what, BooleanSupplier there) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!there.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited 60 s for: " + what).isLessThan(end);
            LockSupport.parkNanos(5_000_000);
        }
    }

    static BooleanSupplier signed(LogWriter writer, long records) {
        return () -> writer.checkpoint().checkpoint().size() == records;
    }

    private Verification proof() throws IOException, NoteException {
        VerifierKey key = VerifierKey.ofDer(ORIGIN, kms.pair.getPublic().getEncoded());
        return Verifier.verify(folder, new Trust(List.of(key), Map.of()));
    }

    @Test
    void aLogIsProvedByThePublicKeyOfAKeyThatNeverLeftTheCloud() throws Exception {
        try (SigningProcess key = key(KmsPeer.ALIAS)) {
            try (LogWriter writer = LogWriter.open(folder, key, EAGER)) {
                append(writer, 0, 100);
                await("a checkpoint", signed(writer, 100));
            }
            assertThat(Files.readString(folder.keys()).strip())
                    .isEqualTo(key.verifier().text());
        }
        assertThat(proof().verdict()).isEqualTo(Verification.Verdict.WHOLE);
        assertThat(directory).isDirectoryNotContaining("glob:**.key");
        assertThat(kms.signs).isNotEmpty().allSatisfy(AwsKmsTest::asksForEd25519);
        assertThat(kms.authorizations).allMatch(line -> line.contains("/eu-central-1/kms/aws4_request"));
    }

    /** What an alias names now is asked once; afterwards the key itself signs. */
    private static void asksForEd25519(JsonObject question) {
        assertThat(question.get("KeyId").getAsString()).isEqualTo(KmsPeer.ARN);
        assertThat(question.get("MessageType").getAsString()).isEqualTo("RAW");
        assertThat(question.get("SigningAlgorithm").getAsString()).isEqualTo("ED25519_SHA_512");
        assertThat(new String(
                        Base64.getDecoder().decode(question.get("Message").getAsString()), StandardCharsets.UTF_8))
                .matches("(?s)" + ORIGIN + "\n.*|phigate asks .*");
    }

    @Test
    void aKeyThatMayNotBeUsedIsRefusedByNameBeforeAnythingIsWritten() {
        kms.failsSigning = "AccessDeniedException";
        assertThatThrownBy(() -> key(KmsPeer.ARN))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("aws-kms:" + KmsPeer.ARN + ": cannot sign: as the test told it");
        kms.failsSigning = null;
        kms.failsPublicKey = "AccessDeniedException";
        assertThatThrownBy(() -> key(KmsPeer.ARN)).hasMessageContaining("its public key cannot be read");
        kms.failsPublicKey = null;
        assertThatThrownBy(() -> key(KmsPeer.ARN + "0")).hasMessageContaining("its public key cannot be read");
        assertThat(folder.path()).doesNotExist();
    }

    @Test
    void aKeyOfAnotherKindIsRefused() {
        kms.spec = "RSA_2048";
        assertThatThrownBy(() -> key(KmsPeer.ARN))
                .hasMessageContaining("of RSA_2048 (expected: SIGN_VERIFY of ECC_NIST_EDWARDS25519)");
    }

    @Test
    void aSignatureOfAnotherKeyIsNeverTaken() throws Exception {
        kms.lies = true;
        assertThatThrownBy(() -> key(KmsPeer.ARN)).hasMessageContaining("is not signed by " + ORIGIN + "+");
        kms.lies = false;
        try (SigningProcess key = key(KmsPeer.ARN);
                LogWriter writer = LogWriter.open(folder, key, EAGER)) {
            kms.lies = true;
            append(writer, 0, 10);
            await("trouble", () -> writer.trouble().contains("is not signed by " + ORIGIN + "+"));
            assertThat(writer.checkpoint().checkpoint().size()).isZero();
            kms.lies = false;
            await("a checkpoint", signed(writer, 10));
        }
        assertThat(proof().verdict()).isEqualTo(Verification.Verdict.WHOLE);
    }

    @Test
    void whileKmsThrottlesOrIsAwayTheLogGoesOnAndIsSignedOnceItIsBack() throws Exception {
        try (SigningProcess key = key(KmsPeer.ARN);
                LogWriter writer = LogWriter.open(folder, key, EAGER)) {
            kms.failsSigning = "ThrottlingException";
            append(writer, 0, 10);
            await("trouble", () -> writer.trouble().contains("cannot sign: as the test told it"));
            append(writer, 10, 20);
            await("all in the tree", () -> writer.records() == 20);
            kms.failsSigning = null;
            await("a checkpoint", signed(writer, 20));
            assertThat(writer.trouble()).isEmpty();

            int port = kms.port();
            kms.close();
            append(writer, 20, 30);
            await("trouble", () -> writer.trouble().contains("cannot sign: "));
            KmsPeer back = new KmsPeer(port);
            back.pair = kms.pair;
            kms = back;
            await("a checkpoint", signed(writer, 30));
        }
        assertThat(proof().verdict()).isEqualTo(Verification.Verdict.WHOLE);
    }

    @Test
    void theProcessThatAsksIsStartedAgainAndEndsWithTheLog() throws Exception {
        Set<ProcessHandle> before = ProcessHandle.current().children().collect(Collectors.toSet());
        Supplier<List<ProcessHandle>> asking = () -> ProcessHandle.current()
                .children()
                .filter(child -> !before.contains(child))
                .toList();
        try (SigningProcess key = key(KmsPeer.ARN);
                LogWriter writer = LogWriter.open(folder, key, EAGER)) {
            List<ProcessHandle> first = asking.get();
            assertThat(first).hasSize(1);
            append(writer, 0, 10);
            await("a checkpoint", signed(writer, 10));
            first.getFirst().destroyForcibly();
            await("its end", () -> asking.get().isEmpty());
            append(writer, 10, 20);
            await("a checkpoint", signed(writer, 20));
            assertThat(asking.get()).hasSize(1).doesNotContainAnyElementsOf(first);
        }
        await("the end of the other", () -> asking.get().isEmpty());
        assertThat(proof().verdict()).isEqualTo(Verification.Verdict.WHOLE);
    }

    @Test
    void thePublicKeyIsHadWithoutTheRightToSign() throws Exception {
        kms.failsSigning = "AccessDeniedException";
        assertThat(SigningProcess.verifier(command(KmsPeer.ALIAS), "aws-kms:" + KmsPeer.ALIAS, ORIGIN))
                .isEqualTo(VerifierKey.ofDer(ORIGIN, kms.pair.getPublic().getEncoded()));
        assertThat(kms.signs).isEmpty();
    }
}
