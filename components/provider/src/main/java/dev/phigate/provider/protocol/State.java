package dev.phigate.provider.protocol;

import tools.jackson.databind.node.ObjectNode;

/**
 * A resource as the engine's state knows it.
 *
 * @param id what the resource is called where it lives
 * @param inputs what was asked for
 * @param outputs what is: the inputs, and what only the resource knows
 */
public record State(String id, ObjectNode inputs, ObjectNode outputs) {}
