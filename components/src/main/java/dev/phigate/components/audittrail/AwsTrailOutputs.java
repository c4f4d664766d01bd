package dev.phigate.components.audittrail;

import com.pulumi.core.Output;
import com.pulumi.resources.Resource;
import dev.phigate.components.aws.AwsAccessLogs;

/**
 * An audit trail as others use it.
 *
 * @param trailArn the trail
 * @param logGroupName the log group that it writes to, for metric filters
 * @param logGroupArn the same by its ARN, without {@code :*}
 * @param auditBucket the name of the locked bucket: also for the entry's access logs, under {@code balancer/}
 * @param replicaBucket the name of its replica in the backup region
 * @param auditReady what to depend on before writing into the locked bucket
 * @param access where S3 tells who reached the home region's buckets
 * @param backupAccess the same for those of the backup region
 */
public record AwsTrailOutputs(
        Output<String> trailArn,
        Output<String> logGroupName,
        Output<String> logGroupArn,
        Output<String> auditBucket,
        Output<String> replicaBucket,
        Resource auditReady,
        AwsAccessLogs access,
        AwsAccessLogs backupAccess) {}
