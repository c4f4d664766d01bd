package dev.phigate.balancer.secret;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A file that holds a secret: small, and readable by its owner only. */
final class SecretFile {
    private static final Set<PosixFilePermission> OWNER_ONLY =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private SecretFile() {}

    /**
     * Its text.
     *
     * @param largestKib how many KiB it may have
     * @param expected what it is to hold, as a message says it
     * @throws IOException with a message that names the file, what is wrong and what was expected, and never what it holds
     */
    static String read(Path file, int largestKib, String expected) throws IOException {
        try {
            Set<PosixFilePermission> found = Files.getPosixFilePermissions(file);
            if (!OWNER_ONLY.containsAll(found)) {
                throw new IOException(file + " has mode " + PosixFilePermissions.toString(found)
                        + " (expected: rw-------, readable by its owner only; run: chmod 600 " + file + ")");
            }
            if (!Files.isRegularFile(file)) {
                throw new IOException(file + " is no file (expected: " + expected + ")");
            }
            if (Files.size(file) > largestKib * 1024L) {
                throw new IOException(file + " is larger than " + largestKib + "KiB (expected: " + expected + ")");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new IOException(file + " does not exist (expected: " + expected + ")", e);
        } catch (AccessDeniedException e) {
            throw new IOException(
                    file + " may not be read by " + System.getProperty("user.name")
                            + " (expected: a file of this user, mode 0600, in directories that it may enter)",
                    e);
        }
    }
}
