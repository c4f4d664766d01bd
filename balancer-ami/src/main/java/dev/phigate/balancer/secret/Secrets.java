package dev.phigate.balancer.secret;

import dev.phigate.settings.Section;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Secrets that members of a fleet share: the newest first, which makes, and those it succeeds, which still check. A file has
 * one a line, Base64 of at least 32 random bytes ({@code openssl rand -base64 32}); only its owner may read it.
 */
public final class Secrets {
    private static final int LEAST_BYTES = 32;
    private static final int MOST = 8;
    private static final int LARGEST_KIB = 64;
    private static final String FILE = "file:";
    private static final String EXPECTED = "a file made by: openssl rand -base64 32";

    private final List<SecretKey> keys;

    private final Optional<Path> file;

    private Secrets(List<SecretKey> keys, Optional<Path> file) {
        this.keys = List.copyOf(keys);
        this.file = file;
    }

    /** Where they were read; empty for those that were made here. */
    public Optional<Path> file() {
        return file;
    }

    /** One secret that nobody else has. */
    public static Secrets of(byte[] secret) {
        return new Secrets(List.of(new SecretKeySpec(secret, "HKDF")), Optional.empty());
    }

    /** Reads the reference under a key, when it is there; what is wrong is noted in the section. */
    public static Optional<Secrets> read(Section section, String key) {
        // Who writes the secret itself there must not find it in a log.
        Optional<String> reference = section.secret(key)
                .must(text -> text.startsWith(FILE + "/") && text.indexOf('\0') < 0, "file:/absolute/path")
                .optional();
        if (reference.isEmpty() || reference.orElseThrow().isEmpty()) {
            return Optional.empty();
        }
        Path file = Path.of(reference.orElseThrow().substring(FILE.length()));
        try {
            return Optional.of(new Secrets(load(file), Optional.of(file)));
        } catch (IOException e) {
            section.problem(key, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static List<SecretKey> load(Path file) throws IOException {
        List<SecretKey> keys = new ArrayList<>();
        for (String line : SecretFile.read(file, LARGEST_KIB, EXPECTED).lines().toList()) {
            if (!line.isBlank()) {
                keys.add(new SecretKeySpec(decoded(file, keys.size() + 1, line.strip()), "HKDF"));
            }
        }
        if (keys.isEmpty() || keys.size() > MOST) {
            throw new IOException(file + " holds " + keys.size() + " secrets (expected: 1 to " + MOST
                    + ", one a line, the newest first; openssl rand -base64 32 makes one)");
        }
        return keys;
    }

    private static byte[] decoded(Path file, int number, String line) throws IOException {
        try {
            byte[] bytes = Base64.getDecoder().decode(line);
            if (bytes.length >= LEAST_BYTES) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // Told below; the line itself must not be shown.
        }
        throw new IOException(file + ": secret " + number + " (expected: Base64 of at least " + LEAST_BYTES
                + " bytes; openssl rand -base64 32 makes one)");
    }

    /** All of them, the newest first. */
    public List<SecretKey> keys() {
        return keys;
    }

    /** Whether both are the same secrets. */
    public boolean sameAs(Secrets other) {
        boolean same = keys.size() == other.keys.size();
        for (int i = 0; same && i < keys.size(); i++) {
            same = MessageDigest.isEqual(
                    keys.get(i).getEncoded(), other.keys.get(i).getEncoded());
        }
        return same;
    }

    /** How many there are; never what they are. */
    @Override
    public String toString() {
        return "Secrets[" + keys.size() + "]";
    }
}
