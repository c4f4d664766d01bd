package dev.phigate.cli.launcher;

import dev.phigate.cli.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A project that consists of the launcher alone, with JDKs, a Maven and servers made of shell scripts: what the launcher decides shows
 * in which of them it starts.
 */
final class FakeProject {
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(60);

    final Path root;
    final Path machine;
    final Map<String, String> environment = new TreeMap<>();

    private FakeProject(Path root, Path machine) {
        this.root = root;
        this.machine = machine;
    }

    /** The launcher's own files in a folder with a blank in its name, on a machine that has nothing else. */
    static FakeProject in(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        FakeProject project = new FakeProject(folder.resolve("a project"), folder.resolve("machine"));
        Path scripts = Child.root().resolve("scripts");
        for (String part : List.of("phigate", "jvm.options", "setup", "toolchain/versions")) {
            copy(scripts.resolve(part), project.root.resolve("scripts").resolve(part));
        }
        project.source("class First {}");
        Files.createDirectories(project.machine.resolve("jvm"));
        Files.createDirectories(project.machine.resolve("bin"));
        project.environment.put("PATH", project.machine.resolve("bin") + ":/usr/bin:/bin");
        project.environment.put("HOME", folder.toString());
        project.environment.put(
                "PHIGATE_JVM_FOLDER", project.machine.resolve("jvm").toString());
        project.environment.put(
                "PHIGATE_MIRROR", project.machine.resolve("mirror").toUri().toString());
        return project;
    }

    /** What the fake Maven compiles. */
    void source(String text) throws IOException {
        write(root.resolve("pom.xml"), "<project/>");
        write(root.resolve("scripts/src/main/java/First.java"), text);
    }

    /** A JDK whose java says its name; training an AOT cache works. */
    Path jdk(Path home, String version) throws IOException {
        write(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        script(home.resolve("bin/java"), """
                for word; do
                    case $word in
                        -XX:AOTCacheOutput=*) echo cache >"${word#*=}"; exit 0 ;;
                        -XX:AOTCache=*) [[ -s ${word#*=} ]] || { echo "no AOT cache at ${word#*=}"; exit 1; } ;;
                    esac
                done
                echo "started by %s with ${!#}"
                """.formatted(home.getFileName()));
        script(home.resolve("bin/javac"), "");
        return home;
    }

    /** A JDK in the system's folder of JVMs. */
    Path systemJdk(String name, String version) throws IOException {
        return jdk(machine.resolve("jvm").resolve(name), version);
    }

    /** A Maven that makes the jar, and writes down that it did. */
    void maven() throws IOException {
        script(machine.resolve("bin/mvn"), """
                if [[ $1 == -v ]]; then echo "Apache Maven 3.9.9 (fake)"; exit; fi
                project=$(dirname "$2")
                echo begin >>"$project/builds"
                sleep 0.5
                mkdir -p "$project/target/app"
                echo jar >"$project/target/app/phigate-cli.jar"
                echo end >>"$project/builds"
                """);
    }

    /** A Maven that finds an error. */
    void failingMaven() throws IOException {
        script(machine.resolve("bin/mvn"), """
                if [[ $1 == -v ]]; then echo "Apache Maven 3.9.9 (fake)"; exit; fi
                echo "[ERROR] First.java:[1,7] not a class"; exit 1
                """);
    }

    /** A Maven that never ends by itself, and writes down its process. */
    void endlessMaven() throws IOException {
        script(machine.resolve("bin/mvn"), """
                if [[ $1 == -v ]]; then echo "Apache Maven 3.9.9 (fake)"; exit; fi
                echo $$ >"$(dirname "$2")/builds"
                exec sleep 600
                """);
    }

    /** A Go that makes what it is asked for, after some lines of its own. */
    void go(String first) throws IOException {
        script(machine.resolve("bin/go"), """
                if [[ $1 == env ]]; then echo go1.99; exit; fi
                project=$(dirname "$(dirname "$(dirname "$2")")")
                project=${project%%/scripts}
                %s
                while [[ $1 != -o ]]; do shift; done
                printf '#!/bin/sh\nexit 0\n' >"$2"
                chmod +x "$2"
                """.formatted(first));
    }

    List<String> builds() throws IOException {
        Path log = root.resolve("builds");
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    /** Puts an archive of a folder on the mirror and pins it; a digest that is not its own can be pinned instead. */
    void publishJdk(Path home, String digest) throws IOException {
        Path mirror = Files.createDirectories(machine.resolve("mirror"));
        Path archive = mirror.resolve("jdk.tar.gz");
        Path parent = java.util.Objects.requireNonNull(home.getParent(), "a folder to archive from");
        Child.run(
                        parent,
                        Map.of("PATH", "/usr/bin:/bin"),
                        LONG_ENOUGH,
                        List.of(
                                "tar",
                                "-czf",
                                archive.toString(),
                                home.getFileName().toString()))
                .endsWith(0);
        String pinned = digest.isEmpty() ? sha256(archive) : digest;
        write(root.resolve("scripts/toolchain/versions"), """
                jdk    linux-x64    25.9  sha256:%1$s https://example.invalid/jdk.tar.gz
                jdk    linux-arm64  25.9  sha256:%1$s https://example.invalid/jdk.tar.gz
                jdk    at-least     25
                maven  at-least     3.8.7
                """.formatted(pinned));
    }

    private static String sha256(Path file) throws IOException {
        try {
            var digest = java.security.MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    Child phigate(String... arguments) {
        return run(root.resolve("scripts/phigate"), arguments);
    }

    Child run(Path launcher, String... arguments) {
        return Child.run(Path.of("/"), environment, LONG_ENOUGH, line(launcher, arguments));
    }

    Child.Running start(String... arguments) {
        return Child.start(Path.of("/"), environment, line(root.resolve("scripts/phigate"), arguments));
    }

    private static List<String> line(Path launcher, String... arguments) {
        List<String> line = new ArrayList<>(List.of(launcher.toString()));
        line.addAll(List.of(arguments));
        return line;
    }

    private static void script(Path file, String body) throws IOException {
        write(file, "#!/usr/bin/env bash\nset -euo pipefail\n" + body);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(java.util.Objects.requireNonNull(file.getParent(), "a folder to write into"));
        Files.writeString(file, text);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path source : tree.toList()) {
                Path target = to.resolve(from.relativize(source).toString());
                if (Files.isDirectory(source)) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(
                            java.util.Objects.requireNonNull(target.getParent(), "a folder to copy into"));
                    Files.copy(source, target, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }
}
