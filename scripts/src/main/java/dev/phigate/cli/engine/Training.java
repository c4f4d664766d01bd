package dev.phigate.cli.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * What {@code up} does, once, in a temporary folder with an engine made of three lines of shell: an AOT cache recorded meanwhile knows the
 * classes. Changes nothing else.
 */
public final class Training {
    private static final String ENGINE = """
            #!/bin/sh
            case "$*" in *--event-log*) echo '{"resOutputsEvent":{"metadata":{"op":"same","type":"a"}}}' >"$PHIGATE_HOME/log/events-local-$PPID.json" ;; esac
            echo '{"deployment":{"resources":[{"type":"a","inputs":{"directory":"/x"}}]}}'
            """;

    private Training() {}

    /**
     * Runs it.
     *
     * @throws IOException when no temporary folder can be had
     */
    public static void run() throws IOException {
        Path root = Files.createTempDirectory("phigate-training");
        try {
            Path engine = Files.createDirectories(root.resolve(".tools/bin")).resolve("pulumi");
            Files.writeString(engine, ENGINE);
            Files.setPosixFilePermissions(engine, PosixFilePermissions.fromString("rwx------"));
            Path intent = Files.writeString(root.resolve("Pulumi.local.yaml"), "config:\n  phigate:target: local\n");
            YAMLMapper.shared().readTree(intent.toFile()).path("config");
            Deployment deployment = new Deployment(WorkingFolder.open(root, Map.of()), "local", intent, line -> {});
            deployment.up(true, true);
            deployment.outputs().ifPresent(outputs -> outputs.toPrettyString());
        } finally {
            delete(root);
        }
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }
}
