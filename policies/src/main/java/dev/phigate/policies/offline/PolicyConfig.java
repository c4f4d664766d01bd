package dev.phigate.policies.offline;

import dev.phigate.policies.Value;
import dev.phigate.policies.hipaa.PackSettings.Given;
import dev.phigate.policies.pack.Level;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The file that Pulumi takes as {@code --policy-pack-config}, read for judging offline: for each policy its enforcement level, or an object
 * with {@code enforcementLevel} and the policy's settings. {@code all} stands for every policy.
 */
public final class PolicyConfig {
    /** The name of the file, beside the pack, that holds where nobody names another. */
    public static final String FILE = "settings.json";

    private static final String LEVEL = "enforcementLevel";
    private static final String REMEDIATE = "remediate";

    private PolicyConfig() {}

    /**
     * Reads the file beside the pack, which need not be there.
     *
     * @param folder the pack's
     * @throws IllegalArgumentException when it is there and cannot be read as {@link #read} would
     */
    public static Map<String, Given> beside(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            return Files.exists(file) ? read(file) : Map.of();
        } catch (UnreadableDocument e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * Reads a file.
     *
     * @return what was given, by the id of the policy; whether there is such a policy and setting is the pack's to say
     * @throws UnreadableDocument when it is not there, malformed, or names a level that there is not
     */
    public static Map<String, Given> read(Path file) {
        Map<String, Given> given = new HashMap<>();
        try (InputStream in = Files.newInputStream(file);
                Json json = new Json(file.toString(), in)) {
            if (!json.next()) {
                throw json.problem("the file is empty (expected: an object of policies)");
            }
            json.object("policies", policy -> given.put(policy, given(json, json.value())));
            return given;
        } catch (IOException e) {
            throw new UnreadableDocument(file.toString(), "cannot be read: " + e.getMessage());
        }
    }

    private static Given given(Json json, Value value) {
        return switch (value) {
            case Value.Text(String level) -> new Given(level(json, level), level.equals(REMEDIATE), Map.of());
            case Value.Fields(Map<String, Value> fields) -> {
                Map<String, Value> properties = new HashMap<>(fields);
                Value level = properties.remove(LEVEL);
                yield switch (level) {
                    case null -> new Given(Optional.empty(), false, properties);
                    case Value.Text(String text) -> new Given(level(json, text), text.equals(REMEDIATE), properties);
                    default -> throw json.wrong("an " + LEVEL + ", a text");
                };
            }
            default -> throw json.wrong("an enforcement level, or an object with " + LEVEL + " and settings");
        };
    }

    private static Optional<Level> level(Json json, String written) {
        if (written.equals(REMEDIATE)) {
            return Optional.of(Level.MANDATORY);
        }
        Optional<Level> level = Arrays.stream(Level.values())
                .filter(candidate -> candidate.written().equals(written))
                .findFirst();
        if (level.isEmpty()) {
            throw json.problem(
                    "enforcement level " + written + " (expected: disabled, advisory, mandatory or remediate)");
        }
        return level;
    }
}
