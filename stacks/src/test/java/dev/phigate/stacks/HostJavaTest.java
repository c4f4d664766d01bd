package dev.phigate.stacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The {@code java} that the Java language host starts, with a JDK of three lines. */
final class HostJavaTest {
    private static final String PROVIDERS = "[{\"name\":\"aws\",\"version\":\"6.83.0\"}]";

    @TempDir
    private Path root;

    private Path app;

    @BeforeEach
    void project() throws IOException {
        Path bin = Files.createDirectories(root.resolve("stacks/bin/jvm"));
        Files.copy(StackFile.ROOT.resolve("stacks/bin/jvm/java"), bin.resolve("java"));
        Path java = Files.createDirectories(root.resolve(".tools/jdk/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho \"$*\" >>\"" + root + "/asked\"\nprintf '%s' '" + PROVIDERS + "'\n");
        for (Path script : new Path[] {bin.resolve("java"), java}) {
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        }
        app = root.resolve("target/app");
        Files.createDirectories(app.resolve("lib"));
        for (String file : new String[] {"phigate-stacks.jar", "stamp"}) {
            age(Files.writeString(app.resolve(file), ""));
        }
        age(app.resolve("lib"));
    }

    private static void age(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
    }

    private String packages() throws IOException {
        Process process = new ProcessBuilder(
                        root.resolve("stacks/bin/jvm/java").toString(),
                        "-cp",
                        app.resolve("phigate-stacks.jar").toString(),
                        "com.pulumi.bootstrap.internal.Main",
                        "packages")
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private long askings() throws IOException {
        return Files.readAllLines(root.resolve("asked")).size();
    }

    @Test
    void theLibrariesAreLookedThroughOnceForTheProvidersTheyNeed() throws IOException {
        assertThat(packages()).isEqualTo(PROVIDERS);
        assertThat(packages()).isEqualTo(PROVIDERS);
        assertThat(askings()).isEqualTo(1);
    }

    @Test
    void andAgainWhenTheProgramWasBuiltAnew() throws IOException {
        packages();
        age(app.resolve("packages.json"));
        Files.writeString(app.resolve("stamp"), "other");
        assertThat(packages()).isEqualTo(PROVIDERS);
        assertThat(askings()).isEqualTo(2);
    }

    @Test
    void theProgramItselfIsStartedWithItsOptions() throws IOException {
        new ProcessBuilder(root.resolve("stacks/bin/jvm/java").toString(), "-jar", "a.jar")
                .start()
                .onExit()
                .join();
        assertThat(Files.readString(root.resolve("asked"))).isEqualTo("@" + root + "/stacks/jvm.options -jar a.jar\n");
    }
}
