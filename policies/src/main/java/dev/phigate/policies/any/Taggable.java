package dev.phigate.policies.any;

import dev.phigate.policies.Resource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which resources take tags: those of the list shipped with the pack, and any that has some. */
final class Taggable {
    private static final Set<String> TYPES = types();

    private Taggable() {}

    static boolean is(Resource resource) {
        return TYPES.contains(resource.type())
                || Stream.of("tags", "labels", "userLabels", "resourceLabels")
                        .anyMatch(property -> !resource.at(property).isAbsent());
    }

    private static Set<String> types() {
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(Taggable.class.getResourceAsStream("taggable.txt"), StandardCharsets.UTF_8))) {
            return reader.lines().filter(line -> !line.startsWith("#")).collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException("taggable.txt of the policy pack cannot be read", e);
        }
    }
}
