package dev.phigate.cli.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A stack's whole life with the real engine and the twins of the clouds' providers, in a folder of its own that is gone afterwards: up,
 * refresh, a second up that must change nothing, destroy. The twins are on {@code PATH} for these runs only.
 */
public final class Rehearsal {
    private final Path root;
    private final String stack;
    private final Path intent;
    private final Consumer<String> say;

    /**
     * A rehearsal of a stack.
     *
     * @param root the project's root
     * @param intent the stack's configuration file, which is read and never written
     * @param say shows one line to the user
     */
    public Rehearsal(Path root, String stack, Path intent, Consumer<String> say) {
        this.root = root;
        this.stack = stack;
        this.intent = intent;
        this.say = say;
    }

    /**
     * What came of it.
     *
     * @param resources how many resources of each type there were after the first up
     * @param created changes that the first up made
     * @param drift changes that refresh found
     * @param repeated changes that a second up would have made
     * @param destroyed changes that destroy made
     * @param survivors resources that the program retains: destroy forgets them, and they are still there
     * @param left resources that were still in the state at the end: those that the program retains are not
     */
    public record Outcome(
            SortedMap<String, Integer> resources,
            int created,
            int drift,
            int repeated,
            int destroyed,
            int survivors,
            int left) {
        /** Whether nothing drifted, nothing changed twice, and nothing was left. */
        public boolean clean() {
            return drift == 0 && repeated == 0 && left == 0;
        }

        /** The number of resources after the first up. */
        public int total() {
            return resources.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    /**
     * Rehearses.
     *
     * @param export where the state after the first up goes, or null
     * @param quiet the engine's display goes to standard error
     * @throws Stop when the pack refuses, a twin refuses, or something fails
     */
    public Outcome run(@Nullable Path export, boolean quiet) {
        Path home = folder();
        try {
            return run(deployment(home), export, quiet);
        } finally {
            remove(home);
        }
    }

    private Outcome run(Deployment deployment, @Nullable Path export, boolean quiet) {
        deployment.prepare();
        say.accept("rehearsal of \"" + stack + "\": up");
        EventLog up = deployment.run(
                "the rehearsed update", quiet, "up", "--yes", "--skip-preview", "--policy-pack", "policies");
        if (export != null) {
            write(export, deployment.export());
        }
        String state = deployment.exportInClear();
        say.accept("rehearsal of \"" + stack + "\": refresh");
        EventLog refresh = deployment.run("the rehearsed refresh", quiet, "refresh", "--yes", "--skip-preview");
        String refreshed = deployment.exportInClear();
        say.accept("rehearsal of \"" + stack + "\": up again");
        EventLog again = deployment.run(
                "the second update", quiet, "up", "--yes", "--skip-preview", "--policy-pack", "policies");
        say.accept("rehearsal of \"" + stack + "\": destroy");
        if (Deployment.resists(state)) {
            deployment.loosen(quiet);
        }
        EventLog destroy = deployment.run("the rehearsed teardown", quiet, "destroy", "--yes", "--skip-preview");
        int drift = Math.max(refresh.changes(), outputs(state).equals(outputs(refreshed)) ? 0 : 1);
        return new Outcome(
                types(state),
                up.changes(),
                drift,
                again.changes(),
                destroy.changes(),
                survivors(state),
                size(types(deployment.export())));
    }

    /** A second provider, state, home and memory of the twins, so that nothing of the user's is read or changed. */
    private Deployment deployment(Path home) {
        Map<String, String> variables = withTwins(root, home);
        variables.put("PHIGATE_HOME", home.toString());
        variables.put("PULUMI_HOME", home.resolve("pulumi-home").toString());
        variables.put("PULUMI_BACKEND_URL", "file://" + home.resolve("state"));
        variables.put("PULUMI_CONFIG_PASSPHRASE", "rehearsal"); // nothing in this state is a secret
        Map<String, String> own = Map.of("PHIGATE_HOME", home.toString(), "PULUMI_CONFIG_PASSPHRASE", "rehearsal");
        return new Deployment(WorkingFolder.open(root, own), stack, intent, say, variables);
    }

    /**
     * A stack whose engine finds the twins instead of the clouds' providers.
     *
     * @param folder where it works, and the twins remember
     */
    public static Deployment deployment(
            Path root, WorkingFolder folder, String stack, Path intent, Consumer<String> say) {
        return new Deployment(folder, stack, intent, say, withTwins(root, folder.home()));
    }

    private static Map<String, String> withTwins(Path root, Path home) {
        Map<String, String> variables = new HashMap<>();
        variables.put("PHIGATE_REHEARSAL", home.resolve("twins").toString());
        variables.put(
                "PATH",
                root.resolve("components/rehearsal/bin") + ":" + System.getenv().getOrDefault("PATH", ""));
        return variables;
    }

    /** In the user's working folder, as other temporary things may lie in memory or be looked at by others. */
    private Path folder() {
        Path parent = WorkingFolder.open(root, System.getenv()).home().resolve("rehearsals");
        try {
            Files.createDirectories(parent);
            return Files.createTempDirectory(parent, stack + "-");
        } catch (IOException e) {
            throw Stop.couldNotRun(
                    "no folder for the rehearsal in " + parent + ": " + e.getMessage(),
                    "What to do: make room there, or set PHIGATE_HOME to another folder");
        }
    }

    private static void write(Path file, String state) {
        try {
            Files.writeString(file, state);
        } catch (IOException e) {
            throw Stop.usage("--export " + file + " cannot be written: " + e.getMessage());
        }
    }

    private static SortedMap<String, Integer> types(String state) {
        SortedMap<String, Integer> types = new TreeMap<>();
        for (JsonNode resource : resources(state)) {
            String type = resource.path("type").asString("");
            if (!type.equals("pulumi:pulumi:Stack") && !type.startsWith("pulumi:providers:")) {
                types.merge(type, 1, Integer::sum);
            }
        }
        return types;
    }

    private static int size(SortedMap<String, Integer> types) {
        return types.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static int survivors(String state) {
        return (int) resources(state)
                .valueStream()
                .filter(resource -> resource.path("retainOnDelete").asBoolean(false))
                .count();
    }

    private static Map<String, JsonNode> outputs(String state) {
        Map<String, JsonNode> outputs = new HashMap<>();
        resources(state).forEach(resource -> outputs.put(resource.path("urn").asString(""), resource.path("outputs")));
        return outputs;
    }

    private static JsonNode resources(String state) {
        return JsonMapper.shared().readTree(state).path("deployment").path("resources");
    }

    /** An audit trail of the local target may be append-only: then its folder stays, and the user is told. */
    private void remove(Path home) {
        try (Stream<Path> files = Files.walk(home)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            say.accept("left behind, as it cannot be deleted: " + home);
        } catch (UncheckedIOException e) {
            say.accept("left behind, as it cannot be read: " + home);
        }
    }
}
