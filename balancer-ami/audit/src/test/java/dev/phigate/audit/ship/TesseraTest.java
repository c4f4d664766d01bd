package dev.phigate.audit.ship;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.audit.segment.Forgery;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.Logs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs as tessera's fsck sees them: a check of tlog-tiles logs that shares no code with ours. */
@Tag("A2")
class TesseraTest {
    private static Path fsck = Path.of("unset");

    @TempDir
    Path directory;

    private record Outcome(int code, String said) {}

    @BeforeAll
    static void build(@TempDir Path folder) throws IOException, InterruptedException {
        fsck = folder.resolve("fsck");
        Path source = Path.of(Objects.requireNonNull(System.getProperty("phigate.root")))
                .resolve("balancer-ami/audit/src/test/go/fsck");
        Outcome built = run(source, "go", "build", "-mod=readonly", "-o", fsck.toString(), ".");
        assertThat(built.code())
                .as("go build (Go 1.25 or newer is needed): %s", built.said())
                .isZero();
    }

    private static Outcome run(Path where, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(where.toFile()).redirectErrorStream(true);
        // go.sum is complete, so no database of checksums has to be asked.
        builder.environment().put("GOFLAGS", "");
        builder.environment().put("GONOSUMDB", "*");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), said);
    }

    private LogFolder shipped(int records) throws IOException {
        LogFolder log = new LogFolder(directory.resolve(Logs.ORIGIN));
        Forgery.log(log.path(), records);
        LogFolder store = new LogFolder(
                Files.createDirectories(directory.resolve("store")).resolve(Logs.ORIGIN));
        new FolderShipper(log, store).ship();
        new EntryBundles(store, store.path()).write(records);
        return store;
    }

    private Outcome check(LogFolder store) throws IOException, InterruptedException {
        Path key = directory.resolve("key");
        Files.write(key, List.of(Files.readAllLines(store.keys()).getFirst()));
        return run(directory, fsck.toString(), store.path().toString(), key.toString());
    }

    @Test
    void aShippedLogIsWhole() throws IOException, InterruptedException {
        Outcome outcome = check(shipped(70_000));
        assertThat(outcome.code()).as(outcome.said()).isZero();
        assertThat(outcome.said()).endsWith("fsck: the log is whole\n");
    }

    @Test
    void anEditedRecordAnEditedTileAndAnotherKeyAreFoundByItToo() throws IOException, InterruptedException {
        LogFolder store = shipped(3000);
        for (String name : List.of("tile/entries/003", "tile/0/003", "checkpoint")) {
            Path file = store.path().resolve(name);
            byte[] whole = Files.readAllBytes(file);
            byte[] edited = whole.clone();
            edited[whole.length - 10] ^= 1;
            Files.write(file, edited);
            assertThat(check(store).code()).as("with %s edited", name).isEqualTo(1);
            Files.write(file, whole);
        }
        assertThat(check(store).code()).isZero();
    }
}
