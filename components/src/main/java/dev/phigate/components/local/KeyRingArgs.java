package dev.phigate.components.local;

import com.pulumi.core.annotations.Import;
import java.util.List;

/** Inputs of {@link KeyRing}. */
public final class KeyRingArgs extends LocalArgs {
    @Import(name = "environment", required = true)
    final String environment;

    @Import(name = "serverNames", required = true)
    final List<String> serverNames;

    @Import(name = "workloadNames", required = true)
    final List<String> workloadNames;

    @Import(name = "dataClasses", required = true)
    final List<String> dataClasses;

    @Import(name = "certificateDays")
    final int certificateDays;

    @Import(name = "rotateBeforeDays")
    final int rotateBeforeDays;

    /**
     * Names every input.
     *
     * @param placement folder and tags
     * @param environment the environment's name
     * @param serverNames DNS names and addresses of the balancer
     * @param workloadNames DNS names of the workloads
     * @param dataClasses classes of data, a key for each
     * @param certificateDays how long a certificate is valid, in days
     * @param rotateBeforeDays how long before its end a certificate is replaced, in days
     */
    public KeyRingArgs(
            Placement placement,
            String environment,
            List<String> serverNames,
            List<String> workloadNames,
            List<String> dataClasses,
            int certificateDays,
            int rotateBeforeDays) {
        super(placement);
        this.environment = environment;
        this.serverNames = serverNames;
        this.workloadNames = workloadNames;
        this.dataClasses = dataClasses;
        this.certificateDays = certificateDays;
        this.rotateBeforeDays = rotateBeforeDays;
    }
}
