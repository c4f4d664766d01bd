package dev.phigate.components.fleet;

import dev.phigate.settings.Section;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The machine image that the balancers run. Its digest is the same in every cloud (45 CFR 164.312(c)(1)); only an approved one may run.
 *
 * @param digest {@code digest} of the disk, {@code sha256:} and 64 digits; one of {@code approved}
 * @param approved {@code approved}: the digests that may run, at least one
 * @param registered {@code registered}: how the cloud calls the image, when somebody has registered it there; on AWS {@code ami-...}
 * @param artefact {@code artefact}: otherwise the disk itself, a raw file, its path from the project's root; it is uploaded and registered
 */
public record ImageIntent(
        String digest, List<String> approved, Optional<String> registered, Optional<String> artefact) {
    private static final String DIGEST = "sha256:[0-9a-f]{64}";

    /** Reads {@code phigate:image}. */
    public static ImageIntent read(Section section) {
        String digest = section.text("digest")
                .must(text -> text.matches(DIGEST), "sha256: and 64 digits of 0-9 and a-f")
                .required();
        List<String> approved = section.texts("approved")
                .must(list -> list.stream().allMatch(each -> each.matches(DIGEST)), "digests, sha256: and 64 digits")
                .must(list -> !list.isEmpty(), "at least one digest")
                .required();
        if (!digest.isEmpty() && !approved.isEmpty() && !approved.contains(digest)) {
            section.problem("digest", digest + " (expected: one of approved; nobody has approved this image)");
        }
        Optional<String> registered = section.text("registered")
                .must(text -> text.matches("ami-([0-9a-f]{8}|[0-9a-f]{17})"), "an image such as ami-0123456789abcdef0")
                .optional();
        Optional<String> artefact = section.text("artefact")
                .must(text -> !text.isBlank(), "the path of a raw disk")
                .optional();
        if (registered.isPresent() == artefact.isPresent()) {
            section.problem(
                    "artefact",
                    (artefact.isPresent() ? "beside registered" : "missing")
                            + " (expected: either artefact or registered)");
        } else if (approved.contains(digest)) {
            artefact.flatMap(path -> objection(Path.of(path), digest))
                    .ifPresent(objection -> section.problem("artefact", objection));
        }
        return new ImageIntent(digest, approved, registered, artefact);
    }

    /** Why a file is not the disk that was approved. It is read whole: what is uploaded is what every machine runs. */
    private static Optional<String> objection(Path disk, String digest) {
        try (InputStream in = Files.newInputStream(disk)) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), sha256));
            String found = "sha256:" + HexFormat.of().formatHex(sha256.digest());
            return found.equals(digest)
                    ? Optional.empty()
                    : Optional.of(disk + " has the digest " + found + " (expected: " + digest + ")");
        } catch (IOException e) {
            return Optional.of(
                    disk + " cannot be read: " + e + " (expected: a raw disk, its path from the project's root)");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The first digits of the digest, which are enough for a name. */
    String shortDigest() {
        return digest.substring("sha256:".length()).substring(0, 12);
    }
}
