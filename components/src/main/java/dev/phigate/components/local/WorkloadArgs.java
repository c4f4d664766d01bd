package dev.phigate.components.local;

import com.pulumi.core.Output;
import com.pulumi.core.annotations.Import;

/** Inputs of {@link Workload}. */
public final class WorkloadArgs extends LocalArgs {
    @Import(name = "name", required = true)
    final String name;

    @Import(name = "address", required = true)
    final String address;

    @Import(name = "port", required = true)
    final int port;

    @Import(name = "certificate", required = true)
    final Output<String> certificate;

    @Import(name = "privateKey", required = true)
    final Output<String> privateKey;

    @Import(name = "clientTrust")
    final Output<String> clientTrust;

    /**
     * Names every input.
     *
     * @param placement folder and tags
     * @param name what it calls itself in its answers
     * @param address IP address it listens on
     * @param port port it listens on
     * @param certificate path of its certificate
     * @param privateKey path of its private key
     * @param clientTrust path of the certificate that every client's certificate must descend from
     */
    public WorkloadArgs(
            Placement placement,
            String name,
            String address,
            int port,
            Output<String> certificate,
            Output<String> privateKey,
            Output<String> clientTrust) {
        super(placement);
        this.name = name;
        this.address = address;
        this.port = port;
        this.certificate = certificate;
        this.privateKey = privateKey;
        this.clientTrust = clientTrust;
    }
}
