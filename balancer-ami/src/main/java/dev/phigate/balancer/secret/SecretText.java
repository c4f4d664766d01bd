package dev.phigate.balancer.secret;

import dev.phigate.settings.Section;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A secret that somebody else gave us as a text: one line of a file that only its owner may read. */
public final class SecretText {
    private static final int LARGEST_KIB = 8;
    private static final String FILE = "file:/";
    private static final String EXPECTED = "a file with one line, mode 0600";

    private final String text;
    private final Path file;

    private SecretText(String text, Path file) {
        this.text = text;
        this.file = file;
    }

    /**
     * Reads what a reference leads to; what is wrong is noted in the section.
     *
     * @param section the section that has the reference
     * @param key where it stands there
     * @param name what it is called there
     * @param reference {@code file:/absolute/path}
     */
    public static Optional<SecretText> read(Section section, String key, String name, String reference) {
        if (!reference.startsWith(FILE) || reference.indexOf('\0') >= 0) {
            // The text itself may be the secret, and is not shown.
            section.problem(
                    key,
                    name
                            + " is no reference (expected: file:/absolute/path of a file with the value; never the value itself)");
            return Optional.empty();
        }
        Path file = Path.of(reference.substring(FILE.length() - 1));
        try {
            return Optional.of(new SecretText(load(file), file));
        } catch (IOException e) {
            section.problem(key, name + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private static String load(Path file) throws IOException {
        String text = SecretFile.read(file, LARGEST_KIB, EXPECTED).strip();
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            throw new IOException(file + " (expected: one line of visible ASCII characters)");
        }
        return text;
    }

    /** The secret. */
    public String value() {
        return text;
    }

    /** Where it was read. */
    public Path file() {
        return file;
    }

    /** Where it was read; never what it is. */
    @Override
    public String toString() {
        return "SecretText[" + file + "]";
    }
}
