package dev.phigate.audit.store;

import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.ship.ObjectStore;
import dev.phigate.audit.ship.ShipConfig;
import dev.phigate.audit.ship.Shipment;
import dev.phigate.audit.ship.ShippingState;
import dev.phigate.audit.ship.StoreShipper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One log on its way to its store, round after round. A store that cannot be reached is opened again by the next round; what it says is
 * left beside the log. One thread.
 */
final class Journey implements AutoCloseable {
    private final LogFolder log;
    private final Opening opening;
    private final Duration keep;
    private final InstantSource clock;
    private @Nullable ObjectStore store;
    private @Nullable StoreShipper shipper;
    private ShippingState state;

    /** How a store is opened. */
    @FunctionalInterface
    interface Opening {
        /** Opens it; the message of what is thrown names the store. */
        ObjectStore open() throws IOException;
    }

    Journey(LogFolder log, ShipConfig config, Opening opening, InstantSource clock) {
        this.log = log;
        this.opening = opening;
        this.keep = config.keep();
        this.clock = clock;
        this.state = ShippingState.read(log);
    }

    /** Ships what is sealed, anchors the newest checkpoint, and lets go of what this machine need not keep. Answers how it is now. */
    ShippingState round() throws IOException {
        try {
            Shipment shipment = shipper().ship();
            long anchored = shipper().anchor();
            state = new ShippingState(
                    Math.max(state.segment(), shipment.last()),
                    Math.max(state.anchored(), anchored),
                    clock.millis(),
                    "");
            letGo();
        } catch (IOException e) {
            forgetStore();
            state = new ShippingState(
                    state.segment(), state.anchored(), state.atMillis(), String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // An SDK's own surprise: no reason to end, and none to keep its client.
            forgetStore();
            state = new ShippingState(state.segment(), state.anchored(), state.atMillis(), e.toString());
        }
        state.write(log);
        return state;
    }

    private StoreShipper shipper() throws IOException {
        StoreShipper known = shipper;
        if (known == null) {
            ObjectStore opened = opening.open();
            store = opened;
            known = new StoreShipper(log, opened);
            shipper = known;
        }
        return known;
    }

    /** Deletes segments that are in the store and older than they must be here. The newest stays: the next start goes on from it. */
    private void letGo() throws IOException {
        long old = clock.millis() - keep.toMillis();
        List<Long> numbers = log.numbers();
        for (long number : numbers) {
            if (number >= state.segment() || number == numbers.getLast()) {
                return;
            }
            try {
                if (Files.getLastModifiedTime(log.note(number)).toMillis() > old) {
                    return;
                }
            } catch (NoSuchFileException e) {
                return;
            }
            for (Path file : List.of(log.segment(number), log.index(number), log.note(number))) {
                Files.deleteIfExists(file);
            }
        }
    }

    private void forgetStore() {
        ObjectStore open = store;
        store = null;
        shipper = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        forgetStore();
    }
}
