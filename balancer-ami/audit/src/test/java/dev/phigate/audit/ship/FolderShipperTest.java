package dev.phigate.audit.ship;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.audit.segment.Forgery;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.Logs;
import dev.phigate.audit.verify.Trust;
import dev.phigate.audit.verify.Verification;
import dev.phigate.audit.verify.Verifier;
import dev.phigate.audit.write.LogWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("A3")
class FolderShipperTest {
    @TempDir
    Path directory;

    private LogFolder log;
    private LogFolder store;

    @BeforeEach
    void place() throws IOException {
        log = new LogFolder(directory.resolve(Logs.ORIGIN));
        store = new LogFolder(
                Files.createDirectories(directory.resolve("store")).resolve(Logs.ORIGIN));
        Forgery.log(log.path(), 3000);
    }

    private Shipment ship() throws IOException {
        return new FolderShipper(log, store).ship();
    }

    private Verification verify() throws IOException {
        return Verifier.verify(store, Trust.NOTHING);
    }

    @Test
    void whatArrivedIsVerifiedAndReadAsItIsAndSmaller() throws IOException {
        int segments = log.numbers().size();
        assertThat(ship()).isEqualTo(new Shipment(segments, 0, 0, segments - 1));
        assertThat(verify().findings()).isEmpty();
        assertThat(verify().proved()).isEqualTo(3000);
        assertThat(Logs.read(store.path())).isEqualTo(Logs.read(log.path()));
        assertThat(Files.size(store.compressed(0))).isLessThan(Files.size(log.segment(0)) / 2);
        assertThat(ship()).isEqualTo(new Shipment(0, segments, 0, segments - 1));
    }

    @Test
    void aShipmentThatWasBrokenOffIsContinued() throws IOException {
        ship();
        long last = log.numbers().getLast();
        Files.delete(store.note(last));
        Files.delete(store.note(last - 1));
        Files.write(store.compressed(last), new byte[100]);
        assertThat(ship().shipped()).isEqualTo(2);
        assertThat(verify().findings()).isEmpty();
    }

    @Test
    void aLogThatGrowsIsShippedAsFarAsItIsSealed() throws IOException {
        ship();
        try (LogWriter writer = Logs.openOwn(log.path(), Logs.eager())) {
            Logs.append(writer, 3000, 5000);
            Logs.await("seals", () -> Files.exists(log.note(5)));
            assertThat(ship().waiting()).isPositive();
            assertThat(verify().findings()).isEmpty();
            assertThat(verify().proved()).isBetween(3001L, 4999L);
        }
        ship();
        assertThat(verify().findings()).isEmpty();
        assertThat(verify().proved()).isEqualTo(5000);
    }

    @Test
    void aStoreThatCannotBeWrittenIsAnErrorAndWhatArrivedStays() throws IOException {
        Files.writeString(store.path(), "in the way");
        assertThatThrownBy(this::ship)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(store.path().toString());
        Files.delete(store.path());
        assertThat(ship().shipped()).isPositive();
    }

    @Test
    void everyFlippedByteOfAShippedSegmentIsFound() throws IOException {
        ship();
        byte[] whole = Files.readAllBytes(store.compressed(1));
        for (int at = 10; at < whole.length; at += 97) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 1;
            Files.write(store.compressed(1), flipped);
            assertThat(verify().verdict()).as("byte %d", at).isEqualTo(Verification.Verdict.ALTERED);
        }
    }

    @Test
    void entryBundlesHoldEveryRecordWithItsLength() throws IOException {
        ship();
        new EntryBundles(store, store.path()).write(3000);
        byte[] bundle = Files.readAllBytes(store.path().resolve("tile/entries/000"));
        int length = (bundle[0] & 0xff) << 8 | (bundle[1] & 0xff);
        assertThat(new String(bundle, 2, length, java.nio.charset.StandardCharsets.UTF_8))
                .startsWith("record 0");
        assertThat(store.path().resolve("tile/entries/011.p/184")).exists();
        assertThat(verify().findings()).isEmpty();
    }
}
