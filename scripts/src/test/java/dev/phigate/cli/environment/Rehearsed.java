package dev.phigate.cli.environment;

import dev.phigate.cli.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A shipped stack on a cloud, rehearsed once for all tests that look at what it makes: that takes a minute.
 *
 * @param counts what {@code rehearse --json} printed
 * @param export the state after {@code up}
 */
record Rehearsed(JsonNode counts, Path export) {
    private static final Map<String, Rehearsed> ONCE = new ConcurrentHashMap<>();

    /** A stack as it is shipped. */
    static Rehearsed shipped(String stack) {
        return ONCE.computeIfAbsent(stack, name -> {
            try {
                return with(
                        name, folder(name), Files.readString(Child.root().resolve("stacks/Pulumi." + name + ".yaml")));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    /** A stack with another intent. */
    static Rehearsed with(String stack, Path folder, String intent) throws IOException {
        Path export = folder.resolve("state.json");
        Path file = Files.writeString(folder.resolve("rehearsed.yaml"), intent);
        try (Installation installation = new Installation(folder)) {
            Child rehearsed = installation
                    .phigate("rehearse", stack, "--intent", file.toString(), "--json", "--export", export.toString())
                    .endsWith(0);
            return new Rehearsed(JsonMapper.shared().readTree(rehearsed.out()), export);
        }
    }

    private static Path folder(String stack) throws IOException {
        return Files.createDirectories(Child.root().resolve("scripts/target/rehearsed-" + stack));
    }
}
