package dev.phigate.policies.aws;

import dev.phigate.policies.Relation;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import java.util.stream.Stream;

/** What keeps audit logs in AWS: buckets and log groups that something writes them to, and the event data stores of CloudTrail. */
public final class AuditStores {
    /** The canonical type of a log group. */
    public static final String LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";

    /** The canonical type of an event data store. */
    public static final String EVENTS = "aws:cloudtrail/eventDataStore:EventDataStore";

    private static final Relation LOGS = Relation.by(
            writer -> Stream.of(
                    writer.at("cloudWatchLogsGroupArn"), writer.at("logDestination"), writer.at("logGroupName")),
            "aws:cloudtrail/trail:Trail",
            "aws:ec2/flowLog:FlowLog");

    private AuditStores() {}

    /** Whether a resource keeps audit logs: what writes them is certain, only possible, or not there. */
    public static Stack.Reference keeps(Resource store, Stack stack) {
        return switch (store.kind()) {
            case EVENTS -> Stack.Reference.YES;
            case AuditBuckets.BUCKET ->
                AuditBuckets.isWritten(store, stack)
                        ? Stack.Reference.YES
                        : AuditBuckets.possibleWriter(store, stack).isPresent()
                                ? Stack.Reference.MAYBE
                                : Stack.Reference.NO;
            case LOG_GROUP -> strength(stack.referring(store, LOGS));
            default -> Stack.Reference.NO;
        };
    }

    private static Stack.Reference strength(Stack.Referrers writers) {
        return !writers.certain().isEmpty()
                ? Stack.Reference.YES
                : writers.isEmpty() ? Stack.Reference.NO : Stack.Reference.MAYBE;
    }
}
