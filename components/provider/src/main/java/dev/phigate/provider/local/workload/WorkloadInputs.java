package dev.phigate.provider.local.workload;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What is asked of a workload.
 *
 * @param name it says so in every answer
 * @param address where it listens
 * @param port where it listens
 * @param certificate its chain, PEM
 * @param privateKey its key, PKCS#8 PEM
 * @param clientTrust the CA whose clients it serves, PEM; without, it asks for no client certificate
 */
record WorkloadInputs(
        String name, String address, int port, Path certificate, Path privateKey, Optional<Path> clientTrust) {}
