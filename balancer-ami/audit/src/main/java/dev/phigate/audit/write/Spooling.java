package dev.phigate.audit.write;

import java.io.IOException;

/** Tells whether segments wait for a store, and no more may. Asked often, by one thread. */
@FunctionalInterface
public interface Spooling {
    /** A log that nobody ships. */
    Spooling NONE = () -> false;

    /** Whether no more may wait. */
    boolean full() throws IOException;
}
