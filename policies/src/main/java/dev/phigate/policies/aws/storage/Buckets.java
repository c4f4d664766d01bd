package dev.phigate.policies.aws.storage;

import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import java.util.stream.Stream;

/** What the other resources of a stack make of an S3 bucket. */
final class Buckets {
    static final String BUCKET = "aws:s3/bucket:Bucket";
    static final String LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer";

    private Buckets() {}

    /** The load balancers that write their access or connection logs to a bucket. */
    static Stack.Referrers loggingBalancers(Resource bucket, Stack stack) {
        return stack.referring(bucket, stack.ofType(LOAD_BALANCER), Buckets::logTargets);
    }

    private static Stream<Property> logTargets(Resource balancer) {
        return Stream.of(balancer.at("accessLogs.bucket"), balancer.at("connectionLogs.bucket"));
    }
}
