package dev.phigate.audit.ship;

/**
 * What one run did.
 *
 * @param shipped segments that were carried
 * @param there segments that were there already
 * @param waiting segments that are not sealed yet
 * @param last the newest segment that is there, or -1
 */
public record Shipment(int shipped, int there, int waiting, long last) {}
