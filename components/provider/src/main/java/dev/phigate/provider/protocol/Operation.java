package dev.phigate.provider.protocol;

/**
 * One call of the engine that changes or reads a resource.
 *
 * @param urn the resource's name in the program
 * @param cancellation tells when the engine gives up
 */
public record Operation(String urn, Cancellation cancellation) {}
