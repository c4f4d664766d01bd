package dev.phigate.audit.fact;

/**
 * A connection as a client made it.
 *
 * @param connection its id
 * @param listener the listener that accepted it
 * @param source where it comes from; behind a PROXY header, what the header says
 */
public record Client(OpaqueId connection, Name listener, Endpoint source) {}
