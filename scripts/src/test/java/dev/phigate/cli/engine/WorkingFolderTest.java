package dev.phigate.cli.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The working folder keeps its secrets to its owner and leaves tracked files alone. */
class WorkingFolderTest {
    @TempDir
    Path root;

    @Test
    void onlyItsOwnerMayReadTheWorkingFolderAndThePassphrase() throws IOException {
        WorkingFolder.open(root, Map.of());

        assertThat(permissions(root.resolve(".phigate"))).isEqualTo("rwx------");
        assertThat(permissions(root.resolve(".phigate/passphrase"))).isEqualTo("rw-------");
        assertThat(Files.readString(root.resolve(".phigate/passphrase"))).hasSizeGreaterThanOrEqualTo(43);
    }

    @Test
    void aFolderThatOthersCouldReadIsClosed() throws IOException {
        Path home = Files.createDirectories(root.resolve("home"));
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));

        WorkingFolder.open(root, Map.of("PHIGATE_HOME", home.toString()));

        assertThat(permissions(home)).isEqualTo("rwx------");
    }

    @Test
    void aPassphraseIsMadeOnceAndNotAtAllWhenTheUserHasOne() throws IOException {
        WorkingFolder.open(root, Map.of());
        String first = Files.readString(root.resolve(".phigate/passphrase"));
        WorkingFolder.open(root, Map.of());
        assertThat(root.resolve(".phigate/passphrase")).hasContent(first);

        Path home = root.resolve("other");
        WorkingFolder.open(root, Map.of("PHIGATE_HOME", home.toString(), "PULUMI_CONFIG_PASSPHRASE", "mine"));
        assertThat(home.resolve("passphrase")).doesNotExist();
    }

    @Test
    void theTrackedIntentIsCopiedAndTheCopyKeepsItsSalt() throws IOException {
        Path intent = Files.writeString(root.resolve("Pulumi.local.yaml"), "config:\n  phigate:target: local # mine\n");
        WorkingFolder folder = WorkingFolder.open(root, Map.of());
        Path copy = folder.copyOfIntent("local", intent);
        assertThat(copy).hasSameTextualContentAs(intent);

        Files.writeString(copy, Files.readString(copy) + "encryptionsalt: v1:abc=\n");
        Files.writeString(intent, "config:\n  phigate:target: aws\n");
        folder.copyOfIntent("local", intent);

        assertThat(copy).hasContent("config:\n  phigate:target: aws\nencryptionsalt: v1:abc=\n");
        assertThat(intent).hasContent("config:\n  phigate:target: aws\n");
        assertThat(permissions(copy)).isEqualTo("rw-------");
    }

    @Test
    void aSaltThatProtectsNothingIsNotCopied() throws IOException {
        WorkingFolder folder = WorkingFolder.open(root, Map.of());
        Path intent = root.resolve("intent.yaml");
        Files.writeString(intent, "config:\n  phigate:target: local\nencryptionsalt: v1:other=\n");

        assertThat(folder.copyOfIntent("local", intent)).hasContent("config:\n  phigate:target: local\n");
    }

    @Test
    void theSaltOfEncryptedValuesIsKept() throws IOException {
        WorkingFolder folder = WorkingFolder.open(root, Map.of());
        Path intent = root.resolve("intent.yaml");
        String text = "config:\n  phigate:token:\n    secure: v1:abc\nencryptionsalt: v1:own=\n";
        Files.writeString(intent, text);

        assertThat(folder.copyOfIntent("local", intent)).hasContent(text);
    }

    @Test
    void aPlaceWhereNothingCanBeMadeIsRefusedWithWhatToDo() {
        assertThatExceptionOfType(Stop.class)
                .isThrownBy(() -> WorkingFolder.open(root, Map.of("PHIGATE_HOME", "/proc/phigate")))
                .withMessageContaining("cannot use the working folder /proc/phigate")
                .satisfies(stop -> {
                    assertThat(stop.exitCode()).isEqualTo(3);
                    assertThat(stop.advice()).first().asString().contains("PHIGATE_HOME");
                });
    }

    /** What an AOT cache is recorded from; it fails where the commands would. */
    @Test
    void theTrainingOfTheCommandsRunsToItsEnd() {
        assertThatCode(Training::run).doesNotThrowAnyException();
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
