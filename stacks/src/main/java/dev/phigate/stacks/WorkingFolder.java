package dev.phigate.stacks;

import java.nio.file.Path;
import java.util.Map;

/**
 * The folder in which local environments live: {@code .phigate} in the project's root, or the one that {@code PHIGATE_HOME} names.
 *
 * @param path absolute
 */
record WorkingFolder(Path path) {
    static WorkingFolder of(Path root, Map<String, String> variables) {
        String named = variables.getOrDefault("PHIGATE_HOME", "");
        return new WorkingFolder(root.resolve(named.isEmpty() ? ".phigate" : named)
                .toAbsolutePath()
                .normalize());
    }

    Path environment(String name) {
        return path.resolve("environments").resolve(name);
    }
}
