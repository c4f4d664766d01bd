package dev.phigate.rehearsal.sdk;

/**
 * A property of a resource, or a field of an object.
 *
 * @param name its name in programs
 * @param type its type
 * @param required for an input: it must be given; for an output: it is always there
 */
public record Field(String name, SdkType type, boolean required) {}
