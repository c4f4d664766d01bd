package dev.phigate.audit.fact;

/**
 * How much and how long.
 *
 * @param bytesIn bytes of the bodies that came from the client
 * @param bytesOut bytes of the bodies that went to the client
 * @param durationMicros from the first byte in to the last byte out, microseconds
 * @param firstByteMicros until the target's first byte, microseconds; 0 when there was none
 */
public record Traffic(long bytesIn, long bytesOut, long durationMicros, long firstByteMicros) {}
