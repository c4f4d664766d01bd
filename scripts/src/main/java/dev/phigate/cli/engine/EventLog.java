package dev.phigate.cli.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the engine reported during one run ({@code --event-log}): the part that decides about our exit code.
 *
 * @param violations mandatory policy violations, as {@code rule: message}
 * @param errors error diagnostics of the program, the provider and the engine
 * @param changes operations that were carried out, previews not counted
 * @param planned operations that a preview announced; a change of the stack's outputs counts as one
 */
record EventLog(Set<String> violations, Set<String> errors, int changes, int planned) {

    /** The log of a command that does not run the engine's deployments. */
    static final EventLog NONE = new EventLog(Set.of(), Set.of(), 0, 0);

    /** Reads the log of a run and removes it; a run that ended before it could report anything has an empty one. */
    static EventLog take(Path file) {
        Set<String> violations = new LinkedHashSet<>();
        Set<String> errors = new LinkedHashSet<>();
        int changes = 0;
        int planned = 0;
        for (JsonNode event : events(file)) {
            JsonNode policy = event.path("policyEvent");
            if (policy.path("enforcementLevel").asString("").equals("mandatory")) {
                violations.add(policy.path("policyName").asString("") + ": " + plain(policy.path("message")));
            }
            JsonNode diagnostic = event.path("diagnosticEvent");
            if (diagnostic.path("severity").asString("").equals("error")) {
                errors.add(plain(diagnostic.path("message")));
            }
            JsonNode step = event.path("resOutputsEvent");
            if (step.isObject() && isChange(step.path("metadata"))) {
                if (step.path("planning").asBoolean(false)) {
                    planned++;
                } else {
                    changes++;
                }
            }
        }
        return new EventLog(violations, errors, changes, planned);
    }

    private static boolean isChange(JsonNode step) {
        return switch (step.path("op").asString("")) {
            case "read", "refresh" -> false;
            case "same" ->
                // The engine counts a stack whose outputs alone changed as the same, and records them only in an
                // update.
                step.path("type").asString("").equals("pulumi:pulumi:Stack")
                        && !step.path("old")
                                .path("outputs")
                                .equals(step.path("new").path("outputs"));
            default -> true;
        };
    }

    private static List<JsonNode> events(Path file) {
        if (Files.notExists(file)) {
            return List.of();
        }
        List<JsonNode> events = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                events.add(JsonMapper.shared().readTree(line));
            }
            Files.deleteIfExists(file);
        } catch (JacksonException e) {
            // The last line of an engine that was killed: what came before it counts.
            return events;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return events;
    }

    /** Without the engine's colour marks ({@code <{%reset%}>}). */
    static String plain(JsonNode message) {
        return message.asString("").replaceAll("<\\{%[^%]*%}>", "").strip();
    }
}
