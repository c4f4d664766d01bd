package dev.phigate.stacks;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The sources that this program was built from. The engine starts the jar directly, which is fast and never builds; so the build
 * leaves a fingerprint in the jar, and the program refuses to run when the sources beside it have changed since.
 */
final class Sources {
    private static final String RECORD = "/META-INF/phigate/sources.sha256";
    private static final List<String> PARTS = List.of(
            "pom.xml",
            "components/settings/pom.xml",
            "components/settings/src/main",
            "components/pom.xml",
            "components/src/main",
            "stacks/pom.xml",
            "stacks/src/main");

    private Sources() {}

    /**
     * Records the fingerprint; the build calls it.
     *
     * @param args the project's root, and the file to write
     */
    public static void main(String[] args) throws IOException {
        Path record = Path.of(args[1]);
        Files.createDirectories(Objects.requireNonNull(record.getParent(), "the record's folder"));
        Files.writeString(record, fingerprint(Path.of(args[0])));
    }

    /** Why this program must not run with the sources of a project, if there is a reason. */
    static Optional<String> stale(Path root) {
        return recorded()
                .filter(_ -> Files.isDirectory(root.resolve("stacks/src/main")))
                .filter(built -> !built.equals(fingerprint(root)))
                .map(_ -> "The program is older than its sources in " + root
                        + ": run scripts/phigate setup, then try again.");
    }

    /** SHA-256 over the names and contents of every source file. */
    static String fingerprint(Path root) {
        Hasher hasher = Hashing.sha256().newHasher();
        for (Path file : files(root)) {
            try {
                byte[] content = Files.readAllBytes(file);
                hasher.putString(root.relativize(file).toString(), StandardCharsets.UTF_8)
                        .putByte((byte) 0)
                        .putLong(content.length)
                        .putBytes(content);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return hasher.hash().toString();
    }

    private static List<Path> files(Path root) {
        List<Path> files = new ArrayList<>();
        for (String part : PARTS) {
            try (Stream<Path> tree = Files.walk(root.resolve(part))) {
                tree.filter(Files::isRegularFile).sorted().forEach(files::add);
            } catch (IOException e) {
                throw new UncheckedIOException("sources: " + e.getMessage(), e);
            }
        }
        return files;
    }

    private static Optional<String> recorded() {
        try (InputStream record = Sources.class.getResourceAsStream(RECORD)) {
            return record == null
                    ? Optional.empty()
                    : Optional.of(new String(record.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
