package dev.phigate.components.fleet;

import com.pulumi.core.Output;
import com.pulumi.resources.ComponentResource;
import com.pulumi.resources.ComponentResourceOptions;
import com.pulumi.resources.Resource;
import dev.phigate.components.DataClass;
import dev.phigate.components.aws.AwsBucket;
import dev.phigate.components.aws.AwsReplication;
import dev.phigate.components.aws.AwsSite;
import dev.phigate.components.aws.BucketPlan;
import dev.phigate.components.aws.BucketPlan.Keeping;
import dev.phigate.components.aws.BucketPlan.Side;
import java.util.List;
import java.util.Map;

/**
 * Where the balancers leave their records: a locked bucket to which only their role adds, and its replica in the backup region, locked for as
 * long. Both outlive the environment. Serves 45 CFR 164.312(b) (audit controls), 164.312(c)(1) (integrity) and 164.308(a)(7)(ii)(A) (copies).
 */
final class AwsRecords extends ComponentResource {
    private static final String PART = "records";

    private final AwsBucket bucket;
    private final AwsBucket replica;

    AwsRecords(String name, AwsFleetSurroundings around, AwsSite site, Resource parent) {
        super(
                "phigate:components:Records",
                name,
                ComponentResourceOptions.builder().parent(parent).build());
        int days = around.retentionDays();
        Output<String> here = around.keys().arn(DataClass.AUDIT);
        Output<String> there = around.keys().backupArn(DataClass.AUDIT);
        bucket = new AwsBucket(
                        new BucketPlan(
                                PART,
                                DataClass.AUDIT,
                                Side.HOME,
                                new Keeping.AddedTo(days, AwsMachineIdentity.roleArn(site))),
                        here,
                        _ -> List.of(),
                        site,
                        this)
                .logAccess(around.trail().access());
        replica = new AwsBucket(
                        new BucketPlan(PART + "-replica", DataClass.AUDIT, Side.BACKUP, new Keeping.Locked(days)),
                        there,
                        _ -> List.of(),
                        site,
                        this)
                .logAccess(around.trail().backupAccess());
        AwsReplication.of(
                PART,
                bucket,
                replica,
                new AwsReplication.Needs(here, there, around.roles().boundary()),
                site,
                this);
        registerOutputs(Map.of("bucket", bucket.name(), "replica", replica.name()));
    }

    /** What balancers write into. */
    AwsBucket bucket() {
        return bucket;
    }

    /** Its copy in the backup region. */
    AwsBucket replica() {
        return replica;
    }
}
