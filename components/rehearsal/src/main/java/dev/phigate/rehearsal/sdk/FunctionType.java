package dev.phigate.rehearsal.sdk;

import java.util.Map;

/**
 * A function of a provider: something that a program looks up.
 *
 * @param token {@code aws:ec2/getAmi:getAmi}
 * @param inputs what it takes, by name
 * @param outputs what it answers, by name
 */
public record FunctionType(String token, Map<String, Field> inputs, Map<String, Field> outputs) {}
