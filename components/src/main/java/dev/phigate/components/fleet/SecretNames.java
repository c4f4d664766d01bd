package dev.phigate.components.fleet;

import dev.phigate.components.keys.KeyFiles;
import dev.phigate.components.keys.KeyFiles.Pair;

/**
 * What the balancers' certificates and keys are called in the secret store of a cloud. Whoever issues certificates puts them there, encrypted
 * by the environment's key for secrets; the program knows their names and never their content.
 */
final class SecretNames {
    private static final String AWS = "aws-secret:";

    private SecretNames() {}

    /** The folder of an environment's secrets: a machine may read what is in it and nothing else. */
    static String folder(String environment) {
        return environment + "/balancer/";
    }

    /** References as the configuration document has them. */
    static KeyFiles<String> of(String environment) {
        String folder = AWS + folder(environment);
        return new KeyFiles<>(
                folder + "ca.crt",
                pair(folder + "server"),
                pair(folder + "client"),
                pair(folder + "workload"),
                pair(folder + "admin"),
                folder + "audit.key");
    }

    private static Pair<String> pair(String name) {
        return new Pair<>(name + ".crt", name + ".key");
    }
}
