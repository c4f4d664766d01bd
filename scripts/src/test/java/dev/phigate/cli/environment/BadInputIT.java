package dev.phigate.cli.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.cli.Child;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong ends in one message that says what to do, with its exit code, and with nothing lost or half-made. */
@Tag("e2e")
class BadInputIT {
    @TempDir
    Path folder;

    private Installation installation;

    @BeforeEach
    void install() throws IOException {
        installation = new Installation(folder);
    }

    @AfterEach
    void cleanUp() throws IOException {
        installation.close();
    }

    @Test
    @Tag("N9")
    void unknownKeysAndWrongTypesAreAllNamedBeforeAnythingIsMade() throws IOException {
        installation.change("phigate:environment: local", "phigate:environment: local\n  phigate:colour: blue");
        installation.change("retention: 2192d", "retention: often");

        Child refused = installation.up().endsWith(2);

        assertThat(refused.said()).contains("colour").contains("retention");
        assertThat(refused.err()).contains("phigate: ");
        assertThat(installation.home.resolve("environments"))
                .satisfiesAnyOf(
                        path -> assertThat(path).doesNotExist(),
                        path -> assertThat(path).isEmptyDirectory());
    }

    @Test
    void anIntentThatIsNotYamlIsNamedWithItsLine() throws IOException {
        Files.writeString(installation.intent, "config:\n  phigate:target: [local\n");

        assertThat(installation.up().endsWith(2).err())
                .contains(installation.intent.toString())
                .contains("not YAML");
    }

    @Test
    void aPortInUseIsNamedAndUpContinuesOnceItIsFree() throws IOException {
        String port = portOf("ehr-a");
        try (ServerSocket taken = new ServerSocket(Integer.parseInt(port), 1, InetAddress.getLoopbackAddress())) {
            assertThat(taken.isBound()).isTrue();
            assertThat(installation.up().endsWith(3).err())
                    .contains("port " + port + " is in use")
                    .contains("What to do: free that port");
        }

        Child up = installation.up().endsWith(0);

        installation.paste(up).endsWith(0);
    }

    @Test
    void aWrongPassphraseIsRefusedAndTheStackStays() {
        installation.environment.put("PULUMI_CONFIG_PASSPHRASE", "right");
        installation.up().endsWith(0);

        installation.environment.put("PULUMI_CONFIG_PASSPHRASE", "wrong");
        assertThat(installation.up().endsWith(2).err())
                .contains("the passphrase is not the one that this stack was made with");

        installation.environment.put("PULUMI_CONFIG_PASSPHRASE", "right");
        assertThat(installation.up().endsWith(0).out()).contains("Nothing to change.");
    }

    @Test
    void anUpThatWasKilledIsRepairedByTheNextOneAndItsStaleLockRemoved() throws IOException {
        try (Child.Running first = installation.start("up", "local", "--intent", installation.intent.toString())) {
            Path environments = installation.home.resolve("environments");
            await("the first resource is being made", () -> isNotEmpty(environments));
            // Everything at once, as when a machine goes down: the engine cannot tidy up.
            first.handle().descendants().forEach(ProcessHandle::destroyForcibly);
            first.handle().destroyForcibly();
            first.handle().onExit().join();
        }
        assertThat(locks()).isNotEmpty();
        // It may have been writing these: then nothing of them is there.
        Path attributes = installation.home.resolve("state/.pulumi/stacks/phigate/local.json.attrs");
        assertThat(attributes).exists();
        Files.writeString(attributes, "");

        Child up = installation.up().endsWith(0);

        assertThat(up.err()).contains("removing a stale lock");
        installation.paste(up).endsWith(0);
        assertThat(locks()).isEmpty();
    }

    @Test
    void anUpThatIsToldToStopEndsItsStepLeavesNoLockAndCanBeContinued() {
        try (Child.Running first = installation.start("up", "local", "--intent", installation.intent.toString())) {
            Path environments = installation.home.resolve("environments");
            await("the first resource is being made", () -> isNotEmpty(environments));
            first.handle().destroy();
            Child stopped = first.await(Installation.LONG_ENOUGH);
            assertThat(stopped.exitCode()).isNotZero();
        }
        assertThat(locks()).isEmpty();

        installation.paste(installation.up().endsWith(0)).endsWith(0);
    }

    @Test
    void aStackThatIsInUseIsRefusedWithItsOwner() {
        try (Child.Running first = installation.start("up", "local", "--intent", installation.intent.toString())) {
            await("the stack is locked", () -> !locks().isEmpty());
            Child second = installation.up();
            assertThat(second.endsWith(3).err()).contains("the stack is in use: pulumi ");
            first.await(Installation.LONG_ENOUGH).endsWith(0);
        }
    }

    @Test
    void aWorkingFolderThatCannotBeMadeIsRefused() {
        installation.environment.put("PHIGATE_HOME", "/proc/phigate");

        assertThat(installation.up().endsWith(3).err())
                .contains("cannot use the working folder /proc/phigate")
                .contains("set PHIGATE_HOME");
    }

    @Test
    void downOfWhatWasNeverUpIsDone() {
        assertThat(installation.down().endsWith(0).out()).contains("nothing is left of it here");
    }

    @Test
    void outputsOfWhatWasNeverUpSayWhatToDo() {
        assertThat(installation.phigate("output", "local").endsWith(2).err()).contains("scripts/phigate up local");
    }

    private String portOf(String workload) throws IOException {
        return Files.readString(installation.intent)
                .lines()
                .filter(line -> line.contains("name: " + workload))
                .map(line -> line.replaceAll(".*port: (\\d+).*", "$1"))
                .findFirst()
                .orElseThrow();
    }

    private List<Path> locks() {
        Path locks = installation.home.resolve("state/.pulumi/locks");
        try (Stream<Path> files = Files.exists(locks) ? Files.walk(locks) : Stream.empty()) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static boolean isNotEmpty(Path folder) {
        try (Stream<Path> entries = Files.exists(folder) ? Files.walk(folder, 2) : Stream.empty()) {
            return entries.count() > 2;
        } catch (IOException e) {
            return false;
        }
    }

    /** Polls for something that another process does. */
    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
        }
    }
}
