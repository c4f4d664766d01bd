package dev.phigate.cli.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The recorded state of a stack, as {@code pulumi stack export} prints it.
 *
 * @param pending operations that were begun and not ended, as {@code creating urn}: the engine was killed in the middle
 * @param directories the folders of the local target's resources
 */
record Checkpoint(List<String> pending, List<Path> directories) {
    static Checkpoint parse(String export) {
        JsonNode deployment = JsonMapper.shared().readTree(export).path("deployment");
        List<String> pending = new ArrayList<>();
        for (JsonNode operation : deployment.path("pending_operations")) {
            pending.add(operation.path("type").asString("") + " "
                    + operation.path("resource").path("urn").asString(""));
        }
        List<Path> directories = new ArrayList<>();
        for (JsonNode resource : deployment.path("resources")) {
            String directory = resource.path("inputs").path("directory").asString("");
            if (resource.path("type").asString("").startsWith("phigate:local:") && !directory.isEmpty()) {
                directories.add(Path.of(directory));
            }
        }
        return new Checkpoint(List.copyOf(pending), List.copyOf(directories));
    }
}
