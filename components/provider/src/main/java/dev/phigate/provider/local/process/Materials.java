package dev.phigate.provider.local.process;

import dev.phigate.provider.local.files.OwnerFiles;
import dev.phigate.provider.protocol.ResourceFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The certificates that a process read when it started. When they are renewed under the same names, it is stale. */
final class Materials {
    private static final String KEY = "materials";

    private Materials() {}

    /** The details to remember: each file with its SHA-256. */
    static ObjectNode of(List<Path> files) throws IOException {
        ObjectNode digests = JsonNodeFactory.instance.objectNode();
        for (Path file : files) {
            if (!Files.isReadable(file)) {
                throw new ResourceFailure(
                        file + ": cannot be read (expected: a certificate; did the key ring's up succeed?)");
            }
            digests.put(file.toString(), OwnerFiles.sha256(Files.readAllBytes(file)));
        }
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        details.set(KEY, digests);
        return details;
    }

    /** The first file that is not what it was, in words. */
    static Optional<String> changedSince(JsonNode details) throws IOException {
        for (var remembered : details.path(KEY).properties()) {
            Path file = Path.of(remembered.getKey());
            if (Files.notExists(file)) {
                continue; // The key ring's own drift, and nothing that a restart would cure.
            }
            if (!OwnerFiles.sha256(Files.readAllBytes(file))
                    .equals(remembered.getValue().asString(""))) {
                return Optional.of("stale: " + file + " has changed since the process read it");
            }
        }
        return Optional.empty();
    }
}
