package dev.phigate.provider.protocol;

/**
 * One input that cannot be used.
 *
 * @param path where it stands
 * @param reason the value and what was expected
 */
public record Problem(String path, String reason) {}
