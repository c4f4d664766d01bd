package dev.phigate.policies.aws;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Relation;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The S3 buckets that audit logs are written to, as the resources of a stack tell. */
public final class AuditBuckets {
    /** The canonical type of a bucket. */
    public static final String BUCKET = "aws:s3/bucket:Bucket";

    private static final List<String> NOT_APPLICATION = List.of("network", "gateway");
    private static final String LOGGING = "aws:s3/bucketLogging:BucketLogging";
    private static final String CONFIG_DELIVERY = "aws:cfg/deliveryChannel:DeliveryChannel";
    private static final String TRAIL = "aws:cloudtrail/trail:Trail";
    private static final String FLOW_LOG = "aws:ec2/flowLog:FlowLog";
    private static final String BALANCER = "aws:lb/loadBalancer:LoadBalancer";
    private static final String CLASSIC = "aws:elb/loadBalancer:LoadBalancer";

    private static final Relation WRITES = Relation.by(AuditBuckets::targets, TRAIL, BALANCER, CLASSIC, FLOW_LOG);
    private static final Relation WRITES_UNLOCKABLE =
            Relation.by(AuditBuckets::unlockableTargets, LOGGING, BUCKET, CONFIG_DELIVERY);
    private static final Relation WRITES_AS_BALANCER = Relation.by(AuditBuckets::targets, BALANCER, CLASSIC);

    private AuditBuckets() {}

    /** The resources that write audit logs to a bucket: trails, load balancers and flow logs. */
    public static Stack.Referrers writers(Resource bucket, Stack stack) {
        return stack.referring(bucket, WRITES);
    }

    /** The resources by which a bucket cannot have an object lock: S3 server access logs and AWS Config are not delivered to a locked one. */
    public static Stack.Referrers unlockableWriters(Resource bucket, Stack stack) {
        return stack.referring(bucket, WRITES_UNLOCKABLE);
    }

    /** The application and classic load balancers that write logs to a bucket; they cannot write to one that is encrypted with KMS. */
    public static Stack.Referrers balancersWithoutKms(Resource bucket, Stack stack) {
        return stack.referring(bucket, WRITES_AS_BALANCER)
                .where(balancer -> balancer.kind().equals(CLASSIC)
                        || balancer.at("loadBalancerType").mustBeOneOf(NOT_APPLICATION) instanceof Finding.Violation);
    }

    /** Whether audit logs of any kind are written to a bucket, as far as is known. */
    public static boolean isWritten(Resource bucket, Stack stack) {
        return !writers(bucket, stack).certain().isEmpty()
                || !unlockableWriters(bucket, stack).certain().isEmpty();
    }

    /** What may write audit logs to a bucket of which it is not known that anything does. */
    public static Optional<Resource> possibleWriter(Resource bucket, Stack stack) {
        return isWritten(bucket, stack)
                ? Optional.empty()
                : Stream.concat(
                                writers(bucket, stack).possible().stream(),
                                unlockableWriters(bucket, stack).possible().stream())
                        .findFirst();
    }

    private static Stream<Property> unlockableTargets(Resource resource) {
        return switch (resource.kind()) {
            case LOGGING -> Stream.of(resource.at("targetBucket"));
            case CONFIG_DELIVERY -> Stream.of(resource.at("s3BucketName"));
            default ->
                resource.either("logging", "loggings").items().stream().map(logging -> logging.at("targetBucket"));
        };
    }

    private static Stream<Property> targets(Resource writer) {
        return switch (writer.kind()) {
            case TRAIL -> Stream.of(writer.at("s3BucketName"));
            case FLOW_LOG -> Stream.of(writer.at("logDestination"));
            default -> Stream.of(writer.at("accessLogs.bucket"), writer.at("connectionLogs.bucket"));
        };
    }
}
