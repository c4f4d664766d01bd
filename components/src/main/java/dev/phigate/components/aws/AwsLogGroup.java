package dev.phigate.components.aws;

import com.pulumi.aws.cloudwatch.LogGroup;
import com.pulumi.aws.cloudwatch.LogGroupArgs;
import com.pulumi.core.Output;
import com.pulumi.resources.Resource;
import dev.phigate.components.DataClass;

/** Log groups that are part of the record: encrypted, kept as long as the record, and kept when their environment goes (45 CFR 164.312(b)). */
public final class AwsLogGroup {
    private AwsLogGroup() {}

    /**
     * A log group. Its name has letters of chance, so that an environment that is built anew does not meet what its predecessor left.
     *
     * @param part its name within the environment
     * @param retentionDays how long the record is kept
     * @param key the key of the audit class in the home region
     * @param parent the component that it is part of
     */
    public static LogGroup of(String part, int retentionDays, Output<String> key, AwsSite site, Resource parent) {
        return new LogGroup(
                site.name(part),
                LogGroupArgs.builder()
                        .retentionInDays(LogRetention.atLeast(retentionDays))
                        .kmsKeyId(key)
                        .tags(site.tags(DataClass.AUDIT))
                        .build(),
                site.surviving(site.childOf(parent)));
    }
}
