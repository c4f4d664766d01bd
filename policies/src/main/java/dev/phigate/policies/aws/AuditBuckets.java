package dev.phigate.policies.aws;

import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import java.util.stream.Stream;

/** The S3 buckets that audit logs are written to, as the resources of a stack tell. */
public final class AuditBuckets {
    /** The canonical type of a bucket. */
    public static final String BUCKET = "aws:s3/bucket:Bucket";

    private static final String LOGGING = "aws:s3/bucketLogging:BucketLogging";
    private static final String CONFIG_DELIVERY = "aws:cfg/deliveryChannel:DeliveryChannel";

    private AuditBuckets() {}

    /** The resources that write audit logs to a bucket: trails, load balancers and flow logs. */
    public static Stack.Referrers writers(Resource bucket, Stack stack) {
        return stack.referring(
                bucket,
                stack.ofType(
                        "aws:cloudtrail/trail:Trail",
                        "aws:lb/loadBalancer:LoadBalancer",
                        "aws:elb/loadBalancer:LoadBalancer",
                        "aws:ec2/flowLog:FlowLog"),
                AuditBuckets::targets);
    }

    /** The resources by which a bucket cannot have an object lock: S3 server access logs and AWS Config are not delivered to a locked one. */
    public static Stack.Referrers unlockableWriters(Resource bucket, Stack stack) {
        return stack.referring(
                bucket, stack.ofType(LOGGING, BUCKET, CONFIG_DELIVERY), resource -> switch (resource.kind()) {
                    case LOGGING -> Stream.of(resource.at("targetBucket"));
                    case CONFIG_DELIVERY -> Stream.of(resource.at("s3BucketName"));
                    default ->
                        resource.input().either("logging", "loggings").items().stream()
                                .map(logging -> logging.at("targetBucket"));
                });
    }

    private static Stream<Property> targets(Resource writer) {
        return switch (writer.kind()) {
            case "aws:cloudtrail/trail:Trail" -> Stream.of(writer.at("s3BucketName"));
            case "aws:ec2/flowLog:FlowLog" -> Stream.of(writer.at("logDestination"));
            default -> Stream.of(writer.at("accessLogs.bucket"), writer.at("connectionLogs.bucket"));
        };
    }
}
