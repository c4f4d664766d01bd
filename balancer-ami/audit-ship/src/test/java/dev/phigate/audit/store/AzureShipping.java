package dev.phigate.audit.store;

import dev.phigate.audit.ship.ObjectStore;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** A process that puts one object into a container of Azure, as whom its environment says. */
final class AzureShipping {
    private AzureShipping() {}

    public static void main(String[] arguments) {
        try (ObjectStore store = Stores.open(
                Logs.config("azure://account/kept/audit", Optional.of(URI.create(arguments[0])), Duration.ofDays(1)))) {
            store.put("a", new byte[] {1, 2, 3});
            System.out.println("it is there");
        } catch (IOException e) {
            System.out.println(e.getMessage());
        }
    }
}
