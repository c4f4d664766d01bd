package dev.phigate.policies.any;

import static dev.phigate.policies.pack.Citation.S164_308_A_3_II_A;
import static dev.phigate.policies.pack.Citation.S164_308_A_4_I;
import static dev.phigate.policies.pack.Citation.S164_312_B;
import static dev.phigate.policies.pack.Citation.S164_312_C_1;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.aws.AuditBuckets;
import dev.phigate.policies.aws.AuditStores;
import dev.phigate.policies.aws.document.Condition;
import dev.phigate.policies.aws.document.PolicyDocument;
import dev.phigate.policies.aws.document.Statement;
import dev.phigate.policies.pack.Rule;
import java.util.List;
import java.util.Set;

/**
 * The rule that who is recorded cannot change the record: audit stores are apart from workloads, or no policy lets a workload delete from
 * them or overwrite them.
 */
public final class SeparationRules {
    private static final String POLICY = "aws:s3/bucketPolicy:BucketPolicy";

    /** What must be denied to everyone for grants elsewhere not to matter. */
    private static final List<String> PROTECTED =
            List.of("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:DeleteBucket", "s3:PutObject");

    /** Conditions that leave administrators and the services that write logs out of a Deny. */
    private static final Set<String> EXCEPTIONS =
            Set.of("aws:principalarn", "aws:principalisawsservice", "aws:principalservicename");

    private SeparationRules() {}

    /** The row of this family. */
    public static List<Rule> table() {
        return List.of(
                stackRule("any-audit-store-separated", SeparationRules::isApart)
                        .on(AuditBuckets.BUCKET, AuditStores.LOG_GROUP, AuditStores.EVENTS)
                        .cites(S164_312_B, S164_312_C_1, S164_308_A_3_II_A, S164_308_A_4_I)
                        .fix(
                                "the store in a stack or account of its own, or a BucketPolicy with {\"Effect\": \"Deny\", \"Principal\": \"*\", \"Action\": [\"s3:DeleteObject*\", \"s3:DeleteBucket\", \"s3:PutObject\"], \"Resource\": [...], \"Condition\": {\"Bool\": {\"aws:PrincipalIsAWSService\": \"false\"}}}"));
    }

    private static Finding isApart(Resource store, Stack stack) {
        Stack.Reference audit = AuditStores.keeps(store, stack);
        if (audit == Stack.Reference.NO) {
            return Finding.notApplicable("nothing in this stack writes audit logs to it");
        }
        Finding untouched = Changers.of(stack, service(store))
                .mayNotChange(arn(store), WorkloadGrants.account(store))
                .and(store.kind().equals(AuditBuckets.BUCKET) ? grantsByItself(store, stack) : Finding.compliant())
                .unless(() -> deniesEveryone(store, stack));
        return audit == Stack.Reference.MAYBE && !(untouched instanceof Finding.Compliant)
                ? Finding.undecidable("", "whether audit logs are written to it is not known yet")
                : untouched;
    }

    /** What the policy of the bucket itself lets workloads do. */
    private static Finding grantsByItself(Resource bucket, Stack stack) {
        return stack.referring(bucket, POLICY, "bucket")
                .each(policy -> PolicyDocument.ofResource(policy.at("policy"))
                        .eachAllowing(statement -> statement.touches(WorkloadGrants.changes("s3"))
                                ? namesNoWorkload(statement, stack)
                                : Finding.compliant()));
    }

    private static Finding namesNoWorkload(Statement statement, Stack stack) {
        Stack.Reference named =
                statement.coversEveryone() ? Stack.Reference.YES : WorkloadGrants.namesWorkload(statement, stack);
        return switch (named) {
            case YES -> statement.violates("Principal", "no workload that may delete or overwrite");
            case MAYBE -> Finding.undecidable("", "whether the principals are workloads is not known yet");
            case NO -> Finding.compliant();
        };
    }

    private static Finding deniesEveryone(Resource store, Stack stack) {
        String wanted = "a Deny of deleting and overwriting";
        String arn = arn(store);
        return store.kind().equals(AuditBuckets.BUCKET)
                ? stack.referring(store, POLICY, "bucket")
                        .all(
                                wanted,
                                policy -> PolicyDocument.ofResource(policy.at("policy"))
                                        .mustDeny(
                                                SeparationRules::isOfWorkloads,
                                                PROTECTED,
                                                (denial, action) -> denial.coversActions(action)
                                                        && (action.endsWith("Bucket")
                                                                ? denial.coversResource(arn)
                                                                : denial.coversAllWithin(arn + "/")),
                                                wanted))
                : Finding.violation("", "no policy of its own", wanted);
    }

    private static boolean isOfWorkloads(Statement denial) {
        return denial.isOfEveryone() && denial.hasNoConditionBut(SeparationRules::isException);
    }

    private static boolean isException(Condition condition) {
        return EXCEPTIONS.contains(condition.key())
                && (condition.is("aws:principalisawsservice", false)
                        || condition.operator().contains("not"));
    }

    private static String service(Resource store) {
        return switch (store.kind()) {
            case AuditBuckets.BUCKET -> "s3";
            case AuditStores.LOG_GROUP -> "logs";
            default -> "cloudtrail";
        };
    }

    /** The ARN as far as it is known; empty while it is not. */
    private static String arn(Resource store) {
        Property arn = store.output("arn");
        if (!store.kind().equals(AuditBuckets.BUCKET)) {
            return arn.isUnknown() ? "" : arn.text().orElse("");
        }
        if (!arn.isUnknown()
                && arn.text().filter(text -> text.contains(":s3:::")).isPresent()) {
            return arn.text().orElseThrow();
        }
        Property name = store.at("bucket").isAbsent() ? store.output("id") : store.at("bucket");
        return name.isUnknown() || name.isAbsent()
                ? ""
                : "arn:aws:s3:::" + name.text().orElse("");
    }
}
