package dev.phigate.provider.local.keyring;

import dev.phigate.provider.local.files.OwnerFiles;
import dev.phigate.provider.local.files.ResourceFolder;
import dev.phigate.provider.local.tls.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The files of a key ring, looked at and mended. One set of questions serves both: what {@link #findings()} reports is exactly what
 * {@link #mend()} makes anew, and nothing else is touched.
 */
final class Ring {
    static final String CA_CERTIFICATE = "ca.crt";
    static final String CA_PRIVATE_KEY = "ca.key";
    static final String DATA = "data";

    private static final String CHECKSUMS = "checksums";
    private static final int DATA_KEY_BYTES = 32;
    private static final int CA_DAYS = 3650;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ResourceFolder folder;
    private final KeyRingInputs inputs;
    private final JsonNode checksums;
    private final Instant now;

    /** The ring in a folder as it should be now; the details of its record hold the checksums of what was made. */
    Ring(ResourceFolder folder, KeyRingInputs inputs, JsonNode details, Instant now) {
        this.folder = folder;
        this.inputs = inputs;
        this.checksums = details.path(CHECKSUMS);
        this.now = now;
    }

    /** What is not as it should be, a line each, beginning with the file. */
    List<String> findings() throws IOException {
        List<String> findings = new ArrayList<>();
        Optional<Authority> authority = authority();
        if (authority.isEmpty()) {
            findings.add(caFinding());
        } else {
            altered(CA_CERTIFICATE).ifPresent(findings::add);
            for (LeafRole role : LeafRole.values()) {
                leafFinding(role, authority.orElseThrow()).ifPresent(findings::add);
            }
        }
        signingFinding().ifPresent(findings::add);
        for (String dataClass : inputs.dataClasses()) {
            altered(dataFile(dataClass)).ifPresent(findings::add);
        }
        for (var expected : permissions().entrySet()) {
            Path file = expected.getKey();
            if (Files.exists(file) && !OwnerFiles.hasPermissions(file, expected.getValue())) {
                findings.add(folder.path().relativize(file) + ": permissions "
                        + OwnerFiles.octal(Files.getPosixFilePermissions(file)) + " (expected: "
                        + OwnerFiles.octal(expected.getValue()) + ")");
            }
        }
        return findings;
    }

    /**
     * Makes what is missing, damaged or due, and leaves the rest. Keys of data that were made before stay, so that what they protect
     * stays readable; a data key that was altered is kept aside.
     *
     * @return the details for the folder's record
     */
    ObjectNode mend() throws IOException {
        OwnerFiles.createFolders(folder.file(DATA));
        for (var expected : permissions().entrySet()) {
            if (Files.exists(expected.getKey())) {
                Files.setPosixFilePermissions(expected.getKey(), expected.getValue());
            }
        }
        Authority authority = mendAuthority();
        for (LeafRole role : LeafRole.values()) {
            if (leafFinding(role, authority).isPresent()) {
                Authority.Issued issued = authority.issue(role, inputs, now);
                write(role.privateKeyFile(), Pem.text(issued.privateKey()), OwnerFiles.PRIVATE);
                write(role.certificateFile(), Pem.text(issued.certificate()), OwnerFiles.PUBLIC);
            }
        }
        if (signingFinding().isPresent()) {
            KeyPair keys = SigningKey.create();
            write(SigningKey.PRIVATE, Pem.text(keys.getPrivate()), OwnerFiles.PRIVATE);
            write(SigningKey.PUBLIC, Pem.text(keys.getPublic()), OwnerFiles.PUBLIC);
        }
        for (String dataClass : inputs.dataClasses()) {
            mendDataKey(dataFile(dataClass));
        }
        return details();
    }

    /** The outputs that are not inputs. Paths, fingerprints and dates; never a key. */
    ObjectNode outputs() {
        ObjectNode outputs = paths(inputs.directory(), inputs.dataClasses());
        certificate(CA_CERTIFICATE).ifPresent(ca -> outputs.put("caFingerprint", Leaf.fingerprint(ca)));
        for (LeafRole role : LeafRole.values()) {
            certificate(role.certificateFile()).ifPresent(leaf -> {
                outputs.put(role.key() + "Fingerprint", Leaf.fingerprint(leaf));
                outputs.put(
                        role.key() + "NotAfter", leaf.getNotAfter().toInstant().toString());
            });
        }
        return outputs;
    }

    /** The outputs that follow from the folder's place. */
    static ObjectNode paths(Path directory, List<String> dataClasses) {
        ObjectNode outputs = JsonNodeFactory.instance.objectNode();
        outputs.put("caCertificate", directory.resolve(CA_CERTIFICATE).toString());
        for (LeafRole role : LeafRole.values()) {
            outputs.put(
                    role.key() + "Certificate",
                    directory.resolve(role.certificateFile()).toString());
            outputs.put(
                    role.key() + "PrivateKey",
                    directory.resolve(role.privateKeyFile()).toString());
        }
        outputs.put("auditPrivateKey", directory.resolve(SigningKey.PRIVATE).toString());
        outputs.put("auditPublicKey", directory.resolve(SigningKey.PUBLIC).toString());
        ObjectNode dataKeys = outputs.putObject("dataKeys");
        dataClasses.forEach(
                name -> dataKeys.put(name, directory.resolve(dataFile(name)).toString()));
        return outputs;
    }

    private Authority mendAuthority() throws IOException {
        Optional<Authority> found = authority();
        if (found.isPresent()) {
            if (altered(CA_CERTIFICATE).isPresent()) {
                // Somebody added or removed an authority: only our own can be vouched for.
                write(CA_CERTIFICATE, Pem.text(found.orElseThrow().certificate()), OwnerFiles.PUBLIC);
            }
            return found.orElseThrow();
        }
        // Those who still hold a certificate of the old authority are trusted until it ends.
        StringBuilder retired = new StringBuilder();
        if (altered(CA_CERTIFICATE).isEmpty()) {
            for (X509Certificate old : Pem.certificates(folder.file(CA_CERTIFICATE))) {
                if (old.getNotAfter().toInstant().isAfter(now)) {
                    retired.append(Pem.text(old));
                }
            }
        }
        Authority fresh = Authority.create(inputs.environment(), CA_DAYS, now);
        write(CA_PRIVATE_KEY, Pem.text(fresh.privateKey()), OwnerFiles.PRIVATE);
        write(CA_CERTIFICATE, Pem.text(fresh.certificate()) + retired, OwnerFiles.PUBLIC);
        return fresh;
    }

    private void mendDataKey(String name) throws IOException {
        if (altered(name).isEmpty()) {
            return;
        }
        Path file = folder.file(name);
        if (Files.exists(file) && checksums.has(name)) {
            Files.move(file, folder.file(name + ".altered-" + now.getEpochSecond()));
        }
        if (Files.exists(file) && isDataKey(file)) {
            return; // Made by a run that was killed before it could note the checksum.
        }
        byte[] key = new byte[DATA_KEY_BYTES];
        RANDOM.nextBytes(key);
        write(name, Base64.getEncoder().encodeToString(key) + "\n", OwnerFiles.PRIVATE);
    }

    /** The authority, if its files are there, belong together, and it lasts for another certificate's life. */
    private Optional<Authority> authority() {
        try {
            X509Certificate certificate =
                    Pem.certificates(folder.file(CA_CERTIFICATE)).getFirst();
            PrivateKey key = Pem.privateKey(folder.file(CA_PRIVATE_KEY));
            Duration needed = Duration.ofDays((long) inputs.certificateDays() + inputs.rotateBeforeDays());
            return Authority.matches(key, certificate.getPublicKey())
                            && certificate.getNotAfter().toInstant().isAfter(now.plus(needed))
                    ? Optional.of(new Authority(certificate, key))
                    : Optional.empty();
        } catch (IOException unusable) {
            return Optional.empty();
        }
    }

    private String caFinding() {
        for (String name : List.of(CA_CERTIFICATE, CA_PRIVATE_KEY)) {
            if (Files.notExists(folder.file(name))) {
                return name + ": missing";
            }
        }
        return CA_CERTIFICATE + ": rotation due, or " + CA_PRIVATE_KEY + " is not its key";
    }

    private Optional<String> leafFinding(LeafRole role, Authority authority) throws IOException {
        String name = role.certificateFile();
        Optional<String> broken = altered(name).or(() -> missing(role.privateKeyFile()));
        if (broken.isPresent()) {
            return broken;
        }
        try {
            X509Certificate leaf = Pem.certificates(folder.file(name)).getFirst();
            if (!Authority.matches(Pem.privateKey(folder.file(role.privateKeyFile())), leaf.getPublicKey())) {
                return Optional.of(role.privateKeyFile() + ": is not the key of " + name);
            }
            if (!authority.issued(leaf)) {
                return Optional.of(name + ": rotation due (its CA has been renewed)");
            }
            return Leaf.dueFor(leaf, role, inputs, now).map(reason -> name + ": " + reason);
        } catch (IOException unusable) {
            return Optional.of(String.valueOf(unusable.getMessage()));
        }
    }

    private Optional<String> signingFinding() throws IOException {
        Optional<String> broken = missing(SigningKey.PRIVATE).or(() -> missing(SigningKey.PUBLIC));
        if (broken.isPresent()) {
            return broken;
        }
        return SigningKey.isPair(folder.file(SigningKey.PRIVATE), folder.file(SigningKey.PUBLIC))
                ? altered(SigningKey.PUBLIC)
                : Optional.of(SigningKey.PRIVATE + ": is not the key of " + SigningKey.PUBLIC);
    }

    private Optional<String> missing(String name) {
        return Files.exists(folder.file(name)) ? Optional.empty() : Optional.of(name + ": missing");
    }

    /** Whether a file is not the one that was made. */
    private Optional<String> altered(String name) throws IOException {
        Optional<String> missing = missing(name);
        if (missing.isPresent()) {
            return missing;
        }
        String now = OwnerFiles.sha256(Files.readAllBytes(folder.file(name)));
        return checksums.path(name).asString("").equals(now) ? Optional.empty() : Optional.of(name + ": altered");
    }

    private ObjectNode details() throws IOException {
        ObjectNode sums = JsonNodeFactory.instance.objectNode();
        List<String> files = new ArrayList<>(List.of(CA_CERTIFICATE, SigningKey.PUBLIC));
        Stream.of(LeafRole.values()).map(LeafRole::certificateFile).forEach(files::add);
        inputs.dataClasses().stream().map(Ring::dataFile).forEach(files::add);
        // A data class that was dropped may come back: its key is still there, and still the one that was made.
        checksums
                .propertyStream()
                .map(Map.Entry::getKey)
                .filter(name -> !files.contains(name) && Files.exists(folder.file(name)))
                .forEach(files::add);
        for (String file : files) {
            sums.put(file, OwnerFiles.sha256(Files.readAllBytes(folder.file(file))));
        }
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        details.set(CHECKSUMS, sums);
        return details;
    }

    private Map<Path, Set<PosixFilePermission>> permissions() {
        Map<Path, Set<PosixFilePermission>> permissions = new LinkedHashMap<>();
        permissions.put(folder.path(), OwnerFiles.FOLDER);
        permissions.put(folder.file(DATA), OwnerFiles.FOLDER);
        permissions.put(folder.file(CA_PRIVATE_KEY), OwnerFiles.PRIVATE);
        permissions.put(folder.file(CA_CERTIFICATE), OwnerFiles.PUBLIC);
        for (LeafRole role : LeafRole.values()) {
            permissions.put(folder.file(role.privateKeyFile()), OwnerFiles.PRIVATE);
            permissions.put(folder.file(role.certificateFile()), OwnerFiles.PUBLIC);
        }
        permissions.put(folder.file(SigningKey.PRIVATE), OwnerFiles.PRIVATE);
        permissions.put(folder.file(SigningKey.PUBLIC), OwnerFiles.PUBLIC);
        inputs.dataClasses().forEach(name -> permissions.put(folder.file(dataFile(name)), OwnerFiles.PRIVATE));
        return permissions;
    }

    private void write(String name, String content, Set<PosixFilePermission> permissions) throws IOException {
        OwnerFiles.write(folder.file(name), content, permissions);
    }

    /** The first certificate of a file; nothing when it is missing or damaged, which is a finding elsewhere. */
    private Optional<X509Certificate> certificate(String name) {
        try {
            return Optional.of(Pem.certificates(folder.file(name)).getFirst());
        } catch (IOException unusable) {
            return Optional.empty();
        }
    }

    private static boolean isDataKey(Path file) throws IOException {
        try {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
            return Base64.getDecoder().decode(text).length == DATA_KEY_BYTES;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static String dataFile(String dataClass) {
        return DATA + "/" + dataClass + ".key";
    }
}
