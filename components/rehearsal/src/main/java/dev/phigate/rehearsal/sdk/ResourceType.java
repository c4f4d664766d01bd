package dev.phigate.rehearsal.sdk;

import java.util.Map;

/**
 * A type of resource.
 *
 * @param token {@code aws:ec2/vpc:Vpc}
 * @param inputs what it takes, by name
 * @param outputs what it has, by name
 */
public record ResourceType(String token, Map<String, Field> inputs, Map<String, Field> outputs) {
    /** The module: {@code ec2}. */
    public String module() {
        return Sdk.module(token);
    }

    /** The last part of the token: {@code Vpc}. */
    public String name() {
        return token.substring(token.lastIndexOf(':') + 1);
    }
}
