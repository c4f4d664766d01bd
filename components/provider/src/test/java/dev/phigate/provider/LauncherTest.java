package dev.phigate.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.provider.support.Commands;
import dev.phigate.provider.support.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The script that the engine calls, in a project that has nothing else yet. */
@Tag("N9")
final class LauncherTest {
    private static final Path LAUNCHER =
            Path.of(System.getProperty("phigate.root"), "components/provider/bin/pulumi-resource-phigate");

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    private Path launcher = LAUNCHER;

    @BeforeEach
    void copy() throws IOException {
        Path bin = Files.createDirectories(sandbox.path("root/components/provider/bin"));
        launcher = Files.copy(LAUNCHER, bin.resolve("pulumi-resource-phigate"));
    }

    private void fakeJava(String version) throws IOException {
        Path java = Files.createDirectories(sandbox.path("jdk/bin")).resolve("java");
        Files.writeString(
                java,
                "#!/bin/sh\n[ \"$1\" = -version ] && { echo 'openjdk version \"" + version
                        + "\"' >&2; exit; }\necho started \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
    }

    private Commands.Result run(Path script) throws IOException {
        return Commands.run(
                sandbox.path(""), List.of("env", "JAVA_HOME=" + sandbox.path("jdk"), script.toString(), "127.0.0.1:1"));
    }

    @Test
    void anOldJavaIsRefusedWithWhatToDo() throws IOException {
        fakeJava("17.0.9");
        Commands.Result result = run(launcher);
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.output()).contains("Java 17", "25 or newer", "scripts/phigate setup");
    }

    @Test
    void aMissingJarIsNamed() throws IOException {
        fakeJava("25.0.1");
        Commands.Result result = run(launcher);
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.output()).contains("target/app/phigate-provider.jar is missing");
    }

    @Test
    void theProjectIsFoundThroughALinkAndTheCacheIsUsedWhenItIsThere() throws IOException {
        fakeJava("25.0.1");
        Path root = sandbox.path("root");
        Files.writeString(Files.createDirectories(root.resolve("target/app")).resolve("phigate-provider.jar"), "");
        Path link = Files.createSymbolicLink(sandbox.path("pulumi-resource-phigate"), launcher);
        assertThat(run(link).output())
                .startsWith("started")
                .contains("-Dphigate.root=" + root, "-jar " + root, "127.0.0.1:1")
                .doesNotContain("AOTCache");
        Files.writeString(Files.createDirectories(root.resolve(".tools/aot")).resolve("phigate-provider.aot"), "");
        assertThat(run(link).output()).contains("-XX:AOTCache=" + root + "/.tools/aot/phigate-provider.aot");
    }
}
