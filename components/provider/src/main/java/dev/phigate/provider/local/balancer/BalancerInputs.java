package dev.phigate.provider.local.balancer;

import dev.phigate.provider.local.process.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is asked of a balancer. Its configuration is judged by the balancer itself and by the policy pack; here only what is needed to
 * run it is read.
 *
 * @param configuration the document as it is written for the balancer
 * @param listeners where it listens
 * @param admin its admin API, when it has one
 * @param materials the certificates that the configuration names
 * @param drain how long exchanges may go on once it is asked to stop
 */
record BalancerInputs(
        ObjectNode configuration,
        List<Endpoint> listeners,
        Optional<AdminAccess> admin,
        List<Path> materials,
        Duration drain) {

    /**
     * How this plugin reaches the admin API.
     *
     * @param endpoint where it listens
     * @param certificate a certificate that it lets in
     * @param privateKey its key
     * @param trust the CA of the API's own certificate
     */
    record AdminAccess(Endpoint endpoint, Path certificate, Path privateKey, Path trust) {}
}
