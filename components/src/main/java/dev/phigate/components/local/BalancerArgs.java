package dev.phigate.components.local;

import com.pulumi.core.Output;
import com.pulumi.core.annotations.Import;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Inputs of {@link Balancer}. */
public final class BalancerArgs extends LocalArgs {
    @Import(name = "mode", required = true)
    final String mode = "process";

    @Import(name = "configuration", required = true)
    final Map<String, Object> configuration;

    @Import(name = "adminCertificate")
    final Output<String> adminCertificate;

    @Import(name = "adminPrivateKey")
    final Output<String> adminPrivateKey;

    @Import(name = "approval")
    final @Nullable Map<String, String> approval;

    /**
     * Names every input.
     *
     * @param placement folder and tags
     * @param configuration the balancer's configuration document; values may be outputs of other resources
     * @param adminCertificate path of the certificate that the provider shows the admin API
     * @param adminPrivateKey path of its private key
     * @param approval {@code owner}, {@code reason} and {@code expires} of whoever lets it listen beyond loopback, or null
     */
    public BalancerArgs(
            Placement placement,
            Map<String, Object> configuration,
            Output<String> adminCertificate,
            Output<String> adminPrivateKey,
            @Nullable Map<String, String> approval) {
        super(placement);
        this.configuration = configuration;
        this.adminCertificate = adminCertificate;
        this.adminPrivateKey = adminPrivateKey;
        this.approval = approval;
    }
}
