package dev.phigate.balancer.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.phigate.settings.InvalidSettings;
import dev.phigate.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of secrets that cannot be used: what to do, and never the secret. */
@Tag("B7")
final class SecretsTest {
    private static final String SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldCE=";

    @TempDir
    Path folder;

    private static Optional<Secrets> read(String reference) {
        return Settings.yaml("test", "secret: \"" + reference + "\"", section -> Secrets.read(section, "secret"));
    }

    private static String refused(String reference) {
        InvalidSettings refused = catchThrowableOfType(InvalidSettings.class, () -> read(reference));
        return String.join("\n", refused.problems());
    }

    private Path file(String name, String text, String mode) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @Test
    void theNewestIsFirst() throws IOException {
        Path file = file("good", SECRET + "\n\n" + SECRET.replace('c', 'd') + "\n", "rw-------");
        assertThat(read("file:" + file).orElseThrow().keys()).hasSize(2);
    }

    @Test
    void oneThatStandsInTheDocumentIsNotShown() {
        assertThat(refused(SECRET)).isEqualTo("secret: (hidden) (expected: file:/absolute/path)");
    }

    @Test
    void aFileThatCannotBeUsedIsNamedWithWhatWasExpected() throws IOException {
        assertThat(refused("file:" + folder.resolve("none")))
                .endsWith("none does not exist (expected: a file made by: openssl rand -base64 32)");
        Path directory = Files.createDirectory(
                folder.resolve("d"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        assertThat(refused("file:" + directory))
                .endsWith("d is no file (expected: a file made by: openssl rand -base64 32)");
        assertThat(refused("file:" + file("open", SECRET, "rw-r--r--")))
                .contains("has mode rw-r--r--", "run: chmod 600")
                .doesNotContain(SECRET);
        assertThat(refused("file:" + file("short", "c2VjcmV0", "rw-------")))
                .contains("secret 1 (expected: Base64 of at least 32 bytes")
                .doesNotContain("c2VjcmV0");
    }
}
