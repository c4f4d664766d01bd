package dev.phigate.audit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.ship.FolderStore;
import dev.phigate.audit.ship.ObjectStore;
import dev.phigate.audit.ship.ShipConfig;
import dev.phigate.audit.ship.ShippingState;
import dev.phigate.audit.verify.Trust;
import dev.phigate.audit.verify.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a log whose store fails, lies, or does its work. */
@Tag("A3")
class JourneyTest {
    @TempDir
    Path directory;

    private Instant now = Instant.now();

    /** A store that fails as told. */
    private static final class Failing extends StoreAround {
        private final String failure;

        Failing(ObjectStore inner, String failure) {
            super(inner);
            this.failure = failure;
        }

        @Override
        public void put(String name, byte[] content) throws IOException {
            switch (failure) {
                case "expired" -> throw new IOException(name + ": cannot be put: the token has expired");
                case "lost" -> {}
                case "altered" -> {
                    byte[] other = content.clone();
                    other[other.length - 1] ^= 1;
                    inner.put(name, other);
                }
                default -> inner.put(name, content);
            }
        }

        @Override
        public boolean putNewest(String name, byte[] content) throws IOException {
            return !failure.equals("first-version") && inner.putNewest(name, content);
        }
    }

    private ShipConfig config(Duration keep) {
        return Logs.config("file:///unused", Optional.empty(), keep);
    }

    private ShippingState round(LogFolder log, String failure) throws IOException {
        Failing store = new Failing(new FolderStore(directory.resolve("store")), failure);
        try (Journey journey = new Journey(log, config(Duration.ofDays(1)), () -> store, () -> now)) {
            return journey.round();
        }
    }

    @Test
    void aStoreThatLosesAltersOrRefusesIsSaidAndNothingCountsAsShipped() throws IOException {
        LogFolder log = Logs.written(directory.resolve("balancer-1"), 0, 2000);
        assertThat(round(log, "lost")).satisfies(state -> {
            assertThat(state.segment()).isEqualTo(-1);
            assertThat(state.trouble())
                    .contains("balancer-1/segments/0000000000.seg.gz", "nothing", "not to be trusted");
        });
        assertThat(round(log, "altered").trouble()).contains("not what is read back");
        assertThat(round(log, "expired").trouble()).contains("the token has expired");
        assertThat(directory.resolve("store/balancer-1/segments/0000000000.note"))
                .doesNotExist();
        ShippingState state = round(log, "");
        assertThat(state.trouble()).isEmpty();
        assertThat(state.segment()).isEqualTo(log.numbers().getLast());
        LogFolder store = new LogFolder(directory.resolve("store/balancer-1"));
        assertThat(Verifier.verify(store, Trust.NOTHING).findings()).isEmpty();
    }

    @Test
    @Tag("A7")
    void whatIsInTheStoreLeavesThisMachineAfterItsTimeAndTheLogGoesOn() throws IOException {
        LogFolder log = Logs.written(directory.resolve("balancer-1"), 0, 3000);
        int segments = log.numbers().size();
        assertThat(round(log, "").segment()).isEqualTo(segments - 1);
        assertThat(log.numbers()).hasSize(segments);
        now = now.plus(Duration.ofDays(2));
        assertThat(round(log, "").trouble()).isEmpty();
        assertThat(log.numbers()).hasSizeLessThan(segments).contains((long) segments - 1);
        LogFolder grown = Logs.written(directory.resolve("balancer-1"), 3000, 4000);
        assertThat(round(grown, "").trouble()).isEmpty();
        LogFolder store = new LogFolder(directory.resolve("store/balancer-1"));
        assertThat(Verifier.verify(store, Trust.NOTHING).findings()).isEmpty();
        assertThat(Verifier.verify(store, Trust.NOTHING).proved()).isEqualTo(4000);
    }

    @Test
    void aStoreThatKeepsFirstVersionsGetsNoCheckpointButEverySeal() throws IOException {
        LogFolder log = Logs.written(directory.resolve("balancer-1"), 0, 2000);
        assertThat(round(log, "first-version").trouble()).isEmpty();
        Path store = directory.resolve("store/balancer-1");
        assertThat(store.resolve("checkpoint")).doesNotExist();
        assertThat(store.resolve("segments/0000000000.note")).exists();
        try (var files = Files.list(store)) {
            assertThat(files.map(file -> file.getFileName().toString())).anyMatch(name -> name.startsWith("keys-"));
        }
    }
}
