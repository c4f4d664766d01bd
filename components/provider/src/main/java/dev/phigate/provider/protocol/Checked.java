package dev.phigate.provider.protocol;

import java.util.List;

/**
 * Inputs after they were judged.
 *
 * @param inputs the inputs with their defaults
 * @param problems what is wrong with them; empty when they can be used
 */
public record Checked(Properties inputs, List<Problem> problems) {}
