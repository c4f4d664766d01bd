package dev.phigate.components.aws;

/**
 * An account and two of its regions. Because the account is part of the intent, names and ARNs are known before anything exists, and a
 * preview can judge policies that hold them.
 *
 * @param account twelve digits
 * @param region where the environment runs
 * @param backupRegion where its copies are
 */
public record AwsPlace(String account, String region, String backupRegion) {
    /** The partition of the region: {@code aws} or {@code aws-us-gov}. */
    public String partition() {
        return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
    }

    /** An ARN in the home region. */
    public String arn(String service, String resource) {
        return String.join(":", "arn", partition(), service, region, account, resource);
    }

    /** An ARN of a service that has no regions, such as IAM. */
    public String globalArn(String service, String resource) {
        return String.join(":", "arn", partition(), service, "", account, resource);
    }

    /** The ARN of a bucket, which names neither account nor region. */
    public String bucketArn(String bucket) {
        return "arn:" + partition() + ":s3:::" + bucket;
    }

    /** The account itself, as a principal: what its own IAM policies decide about. */
    public String root() {
        return globalArn("iam", "root");
    }

    /** The same account seen from the other side: the backup region as home. */
    public AwsPlace mirrored() {
        return new AwsPlace(account, backupRegion, region);
    }
}
