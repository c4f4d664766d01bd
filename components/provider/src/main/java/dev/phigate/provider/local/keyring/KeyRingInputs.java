package dev.phigate.provider.local.keyring;

import java.nio.file.Path;
import java.util.List;

/**
 * What is asked of a key ring.
 *
 * @param directory where it is
 * @param environment the name in its CA's subject
 * @param serverNames DNS names and addresses of the balancer
 * @param workloadNames DNS names and addresses of the workloads
 * @param dataClasses each gets a key of its own
 * @param certificateDays how long a certificate is valid, in days
 * @param rotateBeforeDays how long before its end a certificate is renewed, in days
 */
record KeyRingInputs(
        Path directory,
        String environment,
        List<String> serverNames,
        List<String> workloadNames,
        List<String> dataClasses,
        int certificateDays,
        int rotateBeforeDays) {

    /** The names that a certificate of a role is for. */
    List<String> names(LeafRole role) {
        return switch (role) {
            case SERVER -> serverNames;
            case WORKLOAD -> workloadNames;
            case CLIENT, ADMIN -> List.of();
        };
    }
}
