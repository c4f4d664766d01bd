package dev.phigate.audit.store;

import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.ship.ObjectStore;
import dev.phigate.audit.ship.ShipConfig;
import dev.phigate.audit.ship.StoreShipper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A process with little memory that ships a log: {@code LOG TO ENDPOINT [CONNECTION]}. */
final class LargeShipping {
    private LargeShipping() {}

    public static void main(String[] arguments) throws IOException {
        ShipConfig config = Logs.config(arguments[1], Optional.of(URI.create(arguments[2])), Duration.ofDays(1));
        try (ObjectStore store =
                arguments.length > 3 ? AzureContainer.open(config, arguments[3]) : Stores.open(config)) {
            LogFolder log = new LogFolder(Path.of(arguments[0]));
            System.out.println("shipped " + new StoreShipper(log, store).ship().shipped());
            System.out.println("there " + new StoreShipper(log, store).ship().there());
        }
    }
}
