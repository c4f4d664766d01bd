package dev.phigate.stacks;

import com.pulumi.core.Output;
import dev.phigate.components.aws.AwsPlace;
import dev.phigate.components.aws.AwsSite;
import dev.phigate.components.audittrail.AwsAuditTrail;
import dev.phigate.components.audittrail.AwsTrailPlan;
import dev.phigate.components.identity.AwsIdentities;
import dev.phigate.components.identity.IdentityPlan;
import dev.phigate.components.keys.AwsKeyRing;
import dev.phigate.components.DataClass;
import dev.phigate.components.network.AwsNetwork;
import dev.phigate.components.network.NetworkPlan;
import java.util.LinkedHashMap;
import java.util.Map;

/** An environment in an account of AWS. */
final class AwsStack {
    private AwsStack() {}

    /**
     * Registers the environment's resources. All plans come first: what they refuse, they refuse before anything is registered.
     *
     * @return the outputs of the stack by name, as docs/aws.md lists them
     */
    static Map<String, Output<?>> build(Intent intent, CloudIntent cloud) {
        String name = intent.environment();
        AwsPlace place = cloud.account().place();
        int retention = intent.audit().retentionDays();
        NetworkPlan networkPlan = NetworkPlan.of(cloud.network());
        IdentityPlan identityPlan = new IdentityPlan(cloud.identity(), place, name);
        AwsTrailPlan trailPlan = new AwsTrailPlan(intent.audit(), place, name);

        AwsSite site = AwsSite.of(name, place, cloud.account().owner(), retention);
        AwsIdentities identities = new AwsIdentities("identities", identityPlan, site);
        Output<String> boundary = identities.roles().boundary();
        AwsKeyRing ring = new AwsKeyRing("keys", intent.dataClasses(), site, identities);
        AwsNetwork network = new AwsNetwork(
                "network",
                networkPlan,
                new AwsNetwork.Recording(ring.keys().arn(DataClass.AUDIT), retention, boundary),
                site);
        AwsAuditTrail trail = new AwsAuditTrail("audit", trailPlan, ring.keys(), boundary, site);

        Map<String, Output<?>> outputs = new LinkedHashMap<>();
        outputs.put("vpcId", network.outputs().vpcId());
        outputs.put("auditBucket", trail.outputs().auditBucket());
        outputs.put("replicaBucket", trail.outputs().replicaBucket());
        outputs.put("trail", trail.outputs().trailArn());
        return outputs;
    }
}
