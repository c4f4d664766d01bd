package dev.phigate.components.keys;

/**
 * The certificates and private keys of a key ring, by what they are for.
 *
 * @param <T> how one is named: a path, or the output of a resource
 * @param authority certificate that all others descend from
 * @param server what the balancer shows its clients
 * @param client what the balancer shows the workloads
 * @param workload what the workloads show the balancer
 * @param admin what the administrator shows the admin API
 * @param auditKey private key that signs the audit log's checkpoints
 */
public record KeyFiles<T>(T authority, Pair<T> server, Pair<T> client, Pair<T> workload, Pair<T> admin, T auditKey) {
    /**
     * A certificate and its private key.
     *
     * @param <T> how one is named
     * @param certificate the certificate and its chain
     * @param privateKey its private key
     */
    public record Pair<T>(T certificate, T privateKey) {}
}
