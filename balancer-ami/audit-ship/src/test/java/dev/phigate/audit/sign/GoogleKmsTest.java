package dev.phigate.audit.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.phigate.audit.note.NoteException;
import dev.phigate.audit.note.VerifierKey;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.sign.GoogleKmsPeer.Altered;
import dev.phigate.audit.verify.Trust;
import dev.phigate.audit.verify.Verification;
import dev.phigate.audit.verify.Verifier;
import dev.phigate.audit.write.LogWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log whose key Google Cloud KMS keeps: the real process with Google's client, and a peer for KMS. */
@Tag("A1")
class GoogleKmsTest {
    private static final String ORIGIN = "balancer-1";
    private static final String ADDRESS = "gcp-kms://" + GoogleKmsPeer.VERSION;
    private static final String PASSWORD = "not-secret";

    @TempDir
    Path directory;

    private LogFolder folder;
    private GoogleKmsPeer kms;

    @BeforeEach
    void start() throws IOException {
        kms = new GoogleKmsPeer();
        folder = new LogFolder(directory.resolve(ORIGIN));
    }

    @AfterEach
    void stop() {
        kms.close();
    }

    /** Whoever runs this has no part in it: neither their credentials nor a machine of Google's. */
    private List<String> command(String address, String endpoint, String... settings) {
        List<String> command = new ArrayList<>(List.of("env", "-u", "GOOGLE_APPLICATION_CREDENTIALS"));
        command.addAll(List.of("NO_GCE_CHECK=true", "CLOUDSDK_CONFIG=" + directory));
        Arrays.stream(settings).filter(setting -> !setting.startsWith("-")).forEach(command::add);
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Duser.home=" + directory));
        Arrays.stream(settings).filter(setting -> setting.startsWith("-")).forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.phigate.audit.kms.SignMain"));
        command.addAll(List.of(address, endpoint));
        return command;
    }

    private SigningProcess key(String address) throws IOException {
        return SigningProcess.open(command(address, kms.address().toString()), address, ORIGIN);
    }

    private VerifierKey publicKey() throws NoteException {
        return VerifierKey.ofDer(ORIGIN, kms.pair.getPublic().getEncoded());
    }

    private Verification proof() throws IOException, NoteException {
        return Verifier.verify(folder, new Trust(List.of(publicKey()), Map.of()));
    }

    @Test
    void aLogIsProvedByThePublicKeyOfAKeyThatNeverLeftTheCloud() throws Exception {
        try (SigningProcess key = key(ADDRESS)) {
            try (LogWriter writer = LogWriter.open(folder, key, AwsKmsTest.EAGER)) {
                AwsKmsTest.append(writer, 0, 100);
                AwsKmsTest.await("a checkpoint", AwsKmsTest.signed(writer, 100));
            }
            assertThat(Files.readString(folder.keys()).strip())
                    .isEqualTo(key.verifier().text());
        }
        assertThat(proof().verdict()).isEqualTo(Verification.Verdict.WHOLE);
        assertThat(directory).isDirectoryNotContaining("glob:**.key");
        assertThat(kms.signs).isNotEmpty().allSatisfy(GoogleKmsTest::asksForPureEdDsa);
        assertThat(kms.authorizations).as("over http").containsOnly("null");
    }

    /** Ed25519 takes the text itself; a digest of it is another signature's. */
    private static void asksForPureEdDsa(JsonObject question) {
        assertThat(question.keySet()).containsExactlyInAnyOrder("data", "dataCrc32c");
        assertThat(new String(Base64.getDecoder().decode(question.get("data").getAsString()), StandardCharsets.UTF_8))
                .matches("(?s)" + ORIGIN + "\n.*|phigate asks .*");
    }

    @Test
    void aKeyThatMayNotBeUsedIsRefusedByNameBeforeAnythingIsWritten() {
        kms.denies = "cloudkms.cryptoKeyVersions.useToSign";
        assertThatThrownBy(() -> key(ADDRESS))
                .isInstanceOf(IOException.class)
                .hasMessage(ADDRESS
                        + ": cannot sign: Permission 'cloudkms.cryptoKeyVersions.useToSign' denied on resource '"
                        + GoogleKmsPeer.VERSION + "' (or it may not exist). (HTTP 403)");
        kms.denies = "cloudkms.cryptoKeyVersions.viewPublicKey";
        assertThatThrownBy(() -> key(ADDRESS))
                .hasMessageContaining(ADDRESS + ": its public key cannot be read: Permission '" + kms.denies);
        kms.denies = null;
        String other = "gcp-kms://" + GoogleKmsPeer.KEY + "/cryptoKeyVersions/2";
        assertThatThrownBy(() -> key(other))
                .hasMessage(other + ": its public key cannot be read: CryptoKeyVersion not found. (HTTP 404)");
        assertThat(folder.path()).doesNotExist();
    }

    @Test
    void aKeyOfAnotherKindIsRefused() {
        kms.algorithm = "EC_SIGN_P256_SHA256";
        assertThatThrownBy(() -> key(ADDRESS))
                .hasMessage(ADDRESS + " is a key for EC_SIGN_P256_SHA256 (expected: EC_SIGN_ED25519)");
    }

    @Test
    void whatWasAlteredOnItsWayIsNotTaken() {
        kms.altered = Altered.PUBLIC_KEY;
        assertThatThrownBy(() -> key(ADDRESS))
                .hasMessageContaining(ADDRESS
                        + ": its public key cannot be read: the public key was altered on its way: its CRC-32C is ");
        kms.altered = Altered.QUESTION;
        assertThatThrownBy(() -> key(ADDRESS))
                .hasMessage(
                        ADDRESS + ": cannot sign: Google does not confirm the CRC-32C of what it was asked to sign");
        kms.altered = Altered.SIGNATURE;
        assertThatThrownBy(() -> key(ADDRESS))
                .hasMessageContaining(ADDRESS + ": cannot sign: the signature was altered on its way: its CRC-32C is ");
    }

    @Test
    void theAnswerOfAnotherVersionIsNotTaken() throws Exception {
        String other = GoogleKmsPeer.KEY + "/cryptoKeyVersions/2";
        kms.answersAs = other;
        assertThatThrownBy(() -> key(ADDRESS))
                .hasMessage(ADDRESS + ": its public key cannot be read: the answer is of " + other);
        kms.answersAs = GoogleKmsPeer.VERSION;
        try (SigningProcess key = key(ADDRESS);
                LogWriter writer = LogWriter.open(folder, key, AwsKmsTest.EAGER)) {
            kms.answersAs = other;
            AwsKmsTest.append(writer, 0, 10);
            AwsKmsTest.await("trouble", () -> writer.trouble().contains("cannot sign: the answer is of " + other));
            kms.answersAs = GoogleKmsPeer.VERSION;
            kms.lies = true;
            AwsKmsTest.await("trouble", () -> writer.trouble().contains("is not signed by " + ORIGIN + "+"));
            assertThat(writer.checkpoint().checkpoint().size()).isZero();
            kms.lies = false;
            AwsKmsTest.await("a checkpoint", AwsKmsTest.signed(writer, 10));
        }
        assertThat(proof().verdict()).isEqualTo(Verification.Verdict.WHOLE);
    }

    @Test
    void whatMayPassIsAskedAgainTwiceAndNotMore() throws Exception {
        kms.throttles.set(2);
        key(ADDRESS).close();
        assertThat(kms.signs).hasSize(3);
        kms.signs.clear();
        kms.throttles.set(3);
        assertThatThrownBy(() -> key(ADDRESS)).hasMessage(ADDRESS + ": cannot sign: Quota exceeded. (HTTP 429)");
        assertThat(kms.signs).hasSize(3);
    }

    @Test
    void anAnswerThatIsTooLateIsGivenUpWhileTheLogGoesOn() throws Exception {
        try (SigningProcess key = key(ADDRESS);
                LogWriter writer = LogWriter.open(folder, key, AwsKmsTest.EAGER)) {
            CountDownLatch release = new CountDownLatch(1);
            kms.late = release;
            AwsKmsTest.append(writer, 0, 10);
            AwsKmsTest.await(
                    "trouble", () -> writer.trouble().contains(ADDRESS + ": cannot sign: no answer within 8 s"));
            AwsKmsTest.append(writer, 10, 20);
            AwsKmsTest.await("all in the tree", () -> writer.records() == 20);
            kms.late = null;
            release.countDown();
            AwsKmsTest.await("a checkpoint", AwsKmsTest.signed(writer, 20));
            assertThat(writer.trouble()).isEmpty();
        }
        assertThat(proof().verdict()).isEqualTo(Verification.Verdict.WHOLE);
    }

    @Test
    void thePublicKeyIsHadWithoutTheRightToSign() throws Exception {
        kms.denies = "cloudkms.cryptoKeyVersions.useToSign";
        assertThat(SigningProcess.verifier(command(ADDRESS, kms.address().toString()), ADDRESS, ORIGIN))
                .isEqualTo(publicKey());
        assertThat(kms.signs).isEmpty();
    }

    @Test
    void withoutCredentialsItSaysSo() {
        List<String> command = command(ADDRESS, "https://127.0.0.1:1");
        assertThatThrownBy(() -> SigningProcess.open(command, ADDRESS, ORIGIN))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(ADDRESS + ": no credentials: Your default credentials were not found");
    }

    @Test
    void overTlsItAsksAsAServiceAccountForCloudKmsOnly() throws Exception {
        Path keys = directory.resolve("keys.p12");
        try (GoogleKmsPeer secure = GoogleKmsPeer.secure(certified(keys))) {
            Path account = account(secure.address() + "/token");
            List<String> command = command(
                    ADDRESS,
                    secure.address().toString(),
                    "GOOGLE_APPLICATION_CREDENTIALS=" + account,
                    "-Djavax.net.ssl.trustStore=" + keys,
                    "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
            try (SigningProcess key = SigningProcess.open(command, ADDRESS, ORIGIN)) {
                assertThat(key.verifier())
                        .isEqualTo(VerifierKey.ofDer(
                                ORIGIN, secure.pair.getPublic().getEncoded()));
            }
            assertThat(secure.authorizations).hasSize(2).containsOnly("Bearer " + GoogleKmsPeer.TOKEN);
            assertThat(secure.tokenQuestions).hasSize(1).allSatisfy(GoogleKmsTest::isForCloudKms);
        }
    }

    private static void isForCloudKms(String question) {
        String claims = question.replaceAll("(?s).*assertion=[^.]+\\.([^.]+)\\..*", "$1");
        assertThat(new String(Base64.getUrlDecoder().decode(claims), StandardCharsets.UTF_8))
                .contains("\"scope\":\"https://www.googleapis.com/auth/cloudkms\"");
    }

    private Path account(String tokens) throws IOException, GeneralSecurityException {
        byte[] secret = KeyPairGenerator.getInstance("RSA")
                .generateKeyPair()
                .getPrivate()
                .getEncoded();
        JsonObject account = new JsonObject();
        account.addProperty("type", "service_account");
        account.addProperty("project_id", "clinic-1");
        account.addProperty("private_key_id", "1");
        account.addProperty(
                "private_key",
                "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(secret)
                        + "\n-----END PRIVATE KEY-----\n");
        account.addProperty("client_email", "balancer@clinic-1.iam.gserviceaccount.com");
        account.addProperty("client_id", "1");
        account.addProperty("token_uri", tokens);
        return Files.writeString(directory.resolve("account.json"), account.toString());
    }

    private SSLContext certified(Path keys) throws IOException, GeneralSecurityException, InterruptedException {
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        List<String> command = new ArrayList<>(List.of(keytool, "-genkeypair", "-keyalg", "EC", "-alias", "kms"));
        command.addAll(List.of("-dname", "CN=localhost", "-ext", "san=ip:127.0.0.1", "-storetype", "PKCS12"));
        command.addAll(List.of("-keystore", keys.toString(), "-storepass", PASSWORD));
        Process made = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.log").toFile())
                .start();
        assertThat(made.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream from = Files.newInputStream(keys)) {
            store.load(from, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
