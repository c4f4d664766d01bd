package dev.phigate.components.audittrail;

import com.pulumi.core.Output;
import com.pulumi.resources.Resource;

/**
 * An audit trail as others use it.
 *
 * @param trailArn the trail
 * @param logGroupName the log group that it writes to, for metric filters
 * @param logGroupArn the same by its ARN, without {@code :*}
 * @param auditBucket the name of the locked bucket: also for the entry's access logs, under {@code balancer/}
 * @param replicaBucket the name of its replica in the backup region
 * @param accessLogBucket the name of the bucket for S3 access logs of the home region's buckets
 * @param ready what to depend on before writing into one of these
 */
public record AwsTrailOutputs(
        Output<String> trailArn,
        Output<String> logGroupName,
        Output<String> logGroupArn,
        Output<String> auditBucket,
        Output<String> replicaBucket,
        Output<String> accessLogBucket,
        Resource ready) {}
