package dev.phigate.components.fleet;

import com.pulumi.core.Output;
import java.util.Map;

/**
 * A fleet of balancers as others use it.
 *
 * @param url where clients reach it
 * @param entryDnsName the name of its layer-4 entry
 * @param entrySuffix what metrics call the entry
 * @param targetGroups what metrics call the group of machines behind each listener, by the listener's name
 * @param groupName the auto-scaling group
 * @param imageId the image that its machines run
 * @param recordsBucket the locked bucket of the balancers' records, which outlives the environment
 * @param recordsReplica its replica in the backup region, which does so, too
 */
public record AwsFleetOutputs(
        Output<String> url,
        Output<String> entryDnsName,
        Output<String> entrySuffix,
        Map<String, Output<String>> targetGroups,
        Output<String> groupName,
        Output<String> imageId,
        Output<String> recordsBucket,
        Output<String> recordsReplica) {}
