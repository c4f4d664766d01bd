package dev.phigate.components.aws;

import com.pulumi.core.Output;
import com.pulumi.resources.Resource;

/**
 * A bucket for S3's own log of who reached other buckets of its region (45 CFR 164.312(b)).
 *
 * @param bucket its name
 * @param ready what to depend on before logs are sent there: S3 refuses that while it may not write
 */
public record AwsAccessLogs(Output<String> bucket, Resource ready) {}
