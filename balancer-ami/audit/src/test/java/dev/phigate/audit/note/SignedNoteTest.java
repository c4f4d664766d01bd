package dev.phigate.audit.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.audit.Golden;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Tag("A2")
class SignedNoteTest {
    private static final String ORIGIN = "balancer-1";
    private static final String GO_KEY = Golden.VECTORS.get("signingKey").asString();
    private static final String GO_VERIFIER = Golden.VECTORS.get("verifierKey").asString();

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void writeKey() throws IOException {
        file = folder.resolve("key");
        writeKey(GO_KEY);
    }

    private void writeKey(String text) throws IOException {
        Files.writeString(file, text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void aNoteIsByteForByteTheOneThatGolangXModNoteSigns() throws IOException, NoteException {
        LogKey key = LogKey.open(file, ORIGIN);
        assertThat(key.verifier().text()).isEqualTo(GO_VERIFIER);
        for (JsonNode golden : Golden.VECTORS.get("checkpoints")) {
            Checkpoint checkpoint = Checkpoint.parse(golden.get("text").asString());
            assertThat(checkpoint.text()).isEqualTo(golden.get("text").asString());
            assertThat(key.sign(checkpoint).note()).isEqualTo(golden.get("note").asString());
            SignedCheckpoint opened = SignedCheckpoint.open(golden.get("note").asString(), List.of(key.verifier()));
            assertThat(opened.checkpoint()).isEqualTo(checkpoint);
        }
    }

    @Test
    void theKeyOfTheNotePackagesDocumentationIsReadAndWritten() throws NoteException {
        String documented = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assertThat(VerifierKey.parse(documented).text()).isEqualTo(documented);
        byte[] text = """
                If you think cryptography is the answer to your problem,
                then you don't know what your problem is.
                """.getBytes(StandardCharsets.UTF_8);
        byte[] code = Base64.getDecoder()
                .decode("x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=");
        assertThat(VerifierKey.parse(documented).signed(text, Arrays.copyOfRange(code, 4, code.length)))
                .isTrue();
    }

    @Test
    void aNoteThatAWitnessSignedAsWellIsRead() throws NoteException {
        VerifierKey key = VerifierKey.parse(GO_VERIFIER);
        String cosigned = Golden.VECTORS.get("cosigned").asString();
        assertThat(SignedCheckpoint.open(cosigned, List.of(key)).checkpoint().size())
                .isEqualTo(5);
    }

    @Test
    void everySingleChangedByteOfANoteIsNoticed() throws IOException {
        LogKey key = LogKey.open(file, ORIGIN);
        byte[] note =
                key.sign(new Checkpoint(ORIGIN, 4711, new byte[32])).note().getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < note.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = note.clone();
                changed[i] ^= (byte) (1 << bit);
                String text = new String(changed, StandardCharsets.UTF_8);
                assertThatThrownBy(() -> SignedCheckpoint.open(text, List.of(key.verifier())))
                        .as("bit %d of byte %d", bit, i)
                        .isInstanceOf(NoteException.class);
            }
        }
    }

    @Test
    void aNoteThatIsCutAnywhereIsNone() throws IOException {
        LogKey key = LogKey.open(file, ORIGIN);
        String note = key.sign(new Checkpoint(ORIGIN, 4711, new byte[32])).note();
        for (int length = 0; length < note.length(); length++) {
            for (String end : List.of("", "\n", "\n\n")) {
                String cut = note.substring(0, length) + end;
                if (!cut.equals(note)) {
                    assertThatThrownBy(() -> SignedCheckpoint.open(cut, List.of(key.verifier())))
                            .as(cut)
                            .isInstanceOf(NoteException.class);
                }
            }
        }
    }

    @Test
    void aNoteOfAnUnknownKeyIsNotTrusted() throws IOException {
        LogKey key = LogKey.open(file, ORIGIN);
        LogKey other = LogKey.open(folder.resolve("other"), ORIGIN);
        String note = other.sign(new Checkpoint(ORIGIN, 1, new byte[32])).note();
        assertThatThrownBy(() -> SignedCheckpoint.open(note, List.of(key.verifier())))
                .isInstanceOf(NoteException.class)
                .hasMessageContaining("not signed by " + GO_VERIFIER);
    }

    @Test
    void opensslVerifiesTheSignatureToo() throws IOException, InterruptedException {
        LogKey key = LogKey.open(file, ORIGIN);
        Checkpoint checkpoint = new Checkpoint(ORIGIN, 4711, new byte[32]);
        String note = key.sign(checkpoint).note().strip();
        byte[] code = Base64.getDecoder().decode(note.substring(note.lastIndexOf(' ') + 1));
        byte[] raw = Base64.getDecoder().decode(GO_VERIFIER.substring(GO_VERIFIER.lastIndexOf('+') + 1));
        byte[] der = new byte[44];
        System.arraycopy(Base64.getDecoder().decode("MCowBQYDK2VwAyEA"), 0, der, 0, 12);
        System.arraycopy(raw, 1, der, 12, 32);
        Files.write(folder.resolve("public.der"), der);
        Files.write(folder.resolve("signature"), Arrays.copyOfRange(code, 4, code.length));
        Files.writeString(folder.resolve("text"), checkpoint.text());
        assertThat(openssl()).isZero();
        Files.writeString(folder.resolve("text"), checkpoint.text().replace("4711", "4712"));
        assertThat(openssl()).isNotZero();
    }

    private int openssl() throws IOException, InterruptedException {
        List<String> command = List.of(
                "openssl",
                "pkeyutl",
                "-verify",
                "-rawin",
                "-pubin",
                "-keyform",
                "DER",
                "-inkey",
                "public.der",
                "-in",
                "text",
                "-sigfile",
                "signature");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("openssl.log").toFile())
                .start();
        try {
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aKeyThatIsNotThereIsMadeForItsOwnerOnly() throws IOException {
        Path fresh = folder.resolve("fresh");
        VerifierKey made = LogKey.open(fresh, ORIGIN).verifier();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fresh)))
                .isEqualTo("rw-------");
        assertThat(LogKey.open(fresh, ORIGIN).verifier()).isEqualTo(made);
    }

    @Test
    void aPairThatOpensslMadeSignsAndVerifies() throws IOException, NoteException, InterruptedException {
        Path made = folder.resolve("openssl.key");
        Path half = folder.resolve("openssl.pub");
        openssl("genpkey", "-algorithm", "ed25519", "-out", made.toString());
        openssl("pkey", "-in", made.toString(), "-pubout", "-out", half.toString());
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
        VerifierKey verifier = VerifierKey.ofPem(ORIGIN, Files.readString(half));
        LogKey key = LogKey.open(made, ORIGIN);
        assertThat(key.verifier()).isEqualTo(verifier);
        Checkpoint checkpoint = new Checkpoint(ORIGIN, 1, new byte[32]);
        assertThat(SignedCheckpoint.open(key.sign(checkpoint).note(), List.of(verifier))
                        .checkpoint())
                .isEqualTo(checkpoint);
    }

    private static void openssl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    @Test
    void aKeyThatOthersMayReadIsAnotherLogsOrIsDamagedIsRefusedByName() throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        refused("permissions rw-r-----");
        writeKey(GO_KEY.replace("KEY+balancer-1", "KEY+balancer-2"));
        refused("the key of balancer-2 (expected: of balancer-1)");
        writeKey(GO_KEY.replace("83d6c53c", "83d6c53d"));
        refused("its id does not belong to it");
        writeKey("something else");
        refused("not a note signing key");
        writeKey("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQ\n-----END PRIVATE KEY-----");
        refused("not an Ed25519 key in PKCS#8");
        writeKey(GO_KEY.substring(0, GO_KEY.length() - 4));
        refused("not an Ed25519 key");
    }

    private void refused(String why) {
        assertThatThrownBy(() -> LogKey.open(file, ORIGIN))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(why);
    }

    @Test
    void aTextThatIsNoCheckpointIsRefused() {
        for (String text : new String[] {
            "",
            "a\n1\n",
            "a\n01\nAAAA\n",
            "a\n1\nAAAA\n",
            "\n1\n" + "A".repeat(43) + "=\n",
            "a\n-1\n" + "A".repeat(43) + "=\n",
            "a\n1\n" + "A".repeat(43) + "=\nextension\n"
        }) {
            assertThatThrownBy(() -> Checkpoint.parse(text)).as(text).isInstanceOf(NoteException.class);
        }
    }
}
