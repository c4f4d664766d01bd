package dev.phigate.policies;

/**
 * One thing that is wrong with a resource.
 *
 * @param property the path of the property in the resource's inputs, such as {@code metadataOptions.httpTokens}; empty for the
 *     resource as a whole
 * @param found what was found there, fit to be shown: never a secret
 * @param wanted what would have been compliant
 */
public record Fault(String property, String found, String wanted) {}
