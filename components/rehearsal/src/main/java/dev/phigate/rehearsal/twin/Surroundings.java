package dev.phigate.rehearsal.twin;

import java.util.Map;

/**
 * Where a provider works.
 *
 * @param region the cloud's region
 * @param account the account, project or subscription
 * @param defaultTags tags that every resource gets
 */
public record Surroundings(String region, String account, Map<String, String> defaultTags) {
    /** The AWS partition that a region belongs to. */
    String partition() {
        if (region.startsWith("us-gov-")) {
            return "aws-us-gov";
        }
        return region.startsWith("cn-") ? "aws-cn" : "aws";
    }
}
