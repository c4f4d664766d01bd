package dev.phigate.components.local;

import com.pulumi.core.Output;
import com.pulumi.core.annotations.Export;
import com.pulumi.core.annotations.ResourceType;
import com.pulumi.resources.CustomResource;
import com.pulumi.resources.CustomResourceOptions;
import java.util.Map;

/** A certificate authority and data keys in files that only their owner can read. The outputs are paths, never keys. */
@ResourceType(type = KeyRing.TYPE)
@SuppressWarnings("NullAway.Init") // the SDK sets exported fields when it registers the resource
public final class KeyRing extends CustomResource {
    static final String TYPE = "phigate:local:KeyRing";

    @Export(name = "caCertificate", refs = String.class)
    private Output<String> caCertificate;

    @Export(name = "caFingerprint", refs = String.class)
    private Output<String> caFingerprint;

    @Export(name = "serverCertificate", refs = String.class)
    private Output<String> serverCertificate;

    @Export(name = "serverPrivateKey", refs = String.class)
    private Output<String> serverPrivateKey;

    @Export(name = "clientCertificate", refs = String.class)
    private Output<String> clientCertificate;

    @Export(name = "clientPrivateKey", refs = String.class)
    private Output<String> clientPrivateKey;

    @Export(name = "workloadCertificate", refs = String.class)
    private Output<String> workloadCertificate;

    @Export(name = "workloadPrivateKey", refs = String.class)
    private Output<String> workloadPrivateKey;

    @Export(name = "adminCertificate", refs = String.class)
    private Output<String> adminCertificate;

    @Export(name = "adminPrivateKey", refs = String.class)
    private Output<String> adminPrivateKey;

    @Export(name = "auditPrivateKey", refs = String.class)
    private Output<String> auditPrivateKey;

    @Export(name = "auditPublicKey", refs = String.class)
    private Output<String> auditPublicKey;

    @Export(
            name = "dataKeys",
            refs = {Map.class, String.class},
            tree = "[0,1,1]")
    private Output<Map<String, String>> dataKeys;

    /** Registers the key ring. */
    public KeyRing(String name, KeyRingArgs args, CustomResourceOptions options) {
        super(TYPE, name, args, options);
    }

    /** Path of the certificate of the authority. */
    public Output<String> caCertificate() {
        return caCertificate;
    }

    /** SHA-256 of the certificate of the authority. */
    public Output<String> caFingerprint() {
        return caFingerprint;
    }

    /** Path of the certificate that the balancer shows its clients. */
    public Output<String> serverCertificate() {
        return serverCertificate;
    }

    /** Path of the private key of the server certificate. */
    public Output<String> serverPrivateKey() {
        return serverPrivateKey;
    }

    /** Path of the certificate that the balancer shows the workloads. */
    public Output<String> clientCertificate() {
        return clientCertificate;
    }

    /** Path of the private key of the client certificate. */
    public Output<String> clientPrivateKey() {
        return clientPrivateKey;
    }

    /** Path of the certificate that the workloads show the balancer. */
    public Output<String> workloadCertificate() {
        return workloadCertificate;
    }

    /** Path of the private key of the workload certificate. */
    public Output<String> workloadPrivateKey() {
        return workloadPrivateKey;
    }

    /** Path of the certificate of the administrator. */
    public Output<String> adminCertificate() {
        return adminCertificate;
    }

    /** Path of the private key of the administrator's certificate. */
    public Output<String> adminPrivateKey() {
        return adminPrivateKey;
    }

    /** Path of the key that signs the audit log's checkpoints. */
    public Output<String> auditPrivateKey() {
        return auditPrivateKey;
    }

    /** Path of the key that verifies them. */
    public Output<String> auditPublicKey() {
        return auditPublicKey;
    }

    /** Paths of the data keys by class of data. */
    public Output<Map<String, String>> dataKeys() {
        return dataKeys;
    }
}
