package dev.phigate.policies.any;

import static dev.phigate.policies.pack.Citation.S164_308_A_4_I;
import static dev.phigate.policies.pack.Citation.S164_308_A_4_II_A;
import static dev.phigate.policies.pack.Citation.S164_308_A_7_I;
import static dev.phigate.policies.pack.Citation.S164_308_A_7_II_A;
import static dev.phigate.policies.pack.Citation.S164_308_A_7_II_B;
import static dev.phigate.policies.pack.Citation.S164_308_A_7_II_C;
import static dev.phigate.policies.pack.Citation.S164_308_A_7_II_E;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_IV;
import static dev.phigate.policies.pack.Citation.S164_312_C_1;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Tags;
import dev.phigate.policies.aws.AuditBuckets;
import dev.phigate.policies.pack.Rule;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Rules on stores of ePHI and of audit logs: protection from deletion, a copy elsewhere, a key of their own. */
public final class StoreRules {
    private static final String BUCKET = AuditBuckets.BUCKET;
    private static final String TABLE = "aws:dynamodb/table:Table";
    private static final String DATABASE = "aws:rds/instance:Instance";
    private static final String CLUSTER = "aws:rds/cluster:Cluster";
    private static final String FILE_SYSTEM = "aws:efs/fileSystem:FileSystem";
    private static final String VOLUME = "aws:ebs/volume:Volume";

    /** Each kind of store, and the property that names its key; a bucket's is in a resource of its own. */
    private static final Map<String, String> STORES = Map.of(
            BUCKET,
            "",
            TABLE,
            "serverSideEncryption.kmsKeyArn",
            DATABASE,
            "kmsKeyId",
            CLUSTER,
            "kmsKeyId",
            "aws:docdb/cluster:Cluster",
            "kmsKeyId",
            "aws:neptune/cluster:Cluster",
            "kmsKeyArn",
            "aws:redshift/cluster:Cluster",
            "kmsKeyId",
            FILE_SYSTEM,
            "kmsKeyId",
            VOLUME,
            "kmsKeyId");

    private static final String ENCRYPTION =
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";

    private StoreRules() {}

    /** The rows of this family. */
    public static List<Rule> table() {
        String[] stores = STORES.keySet().toArray(String[]::new);
        return List.of(
                stackRule("any-protect-phi-resources", StoreRules::isProtected)
                        .on(stores)
                        .cites(S164_312_C_1, S164_308_A_7_II_C, S164_308_A_7_II_B)
                        .fix("options: {protect: true}   # and retainOnDelete: true for audit stores"),
                stackRule("any-cross-region-backup-present", StoreRules::hasCopyElsewhere)
                        .on(stores)
                        .cites(S164_308_A_7_II_A, S164_308_A_7_II_B, S164_308_A_7_I, S164_308_A_7_II_E)
                        .fix("a replica in a second region, or a backup selection of a plan with copyActions"),
                stackRule("any-encryption-key-per-classification", StoreRules::hasKeyOfItsOwn)
                        .on(stores)
                        .cites(S164_312_A_2_IV, S164_308_A_4_II_A, S164_308_A_4_I)
                        .fix("kmsKeyId: ${phiKey.arn}   # a key for ePHI alone"));
    }

    private static Finding isProtected(Resource store, Stack stack) {
        boolean audit = store.kind().equals(BUCKET)
                && !AuditBuckets.writers(store, stack).certain().isEmpty();
        if (!audit && !Tags.isPhi(store)) {
            return Finding.notApplicable("the store holds neither ePHI nor audit logs");
        }
        if (!store.options().protect()) {
            return Finding.violation("options.protect", "false", "true");
        }
        return audit && !store.options().retainOnDelete().orElse(true)
                ? Finding.violation("options.retainOnDelete", "false", "true")
                : Finding.compliant();
    }

    private static Finding hasCopyElsewhere(Resource store, Stack stack) {
        if (!Tags.isPhi(store)) {
            return Finding.notApplicable("the store is not classified as phi");
        }
        Finding backup = isSelectedForCopies(store, stack);
        if (backup instanceof Finding.Compliant) {
            return backup;
        }
        String wanted = "a copy in a second region: a replica, or a backup plan with copyActions";
        Finding replica = switch (store.kind()) {
            case BUCKET ->
                stack.referring(store, "aws:s3/bucketReplicationConfig:BucketReplicationConfig", "bucket")
                        .exist(wanted);
            case TABLE -> store.at("replicas").mustBePresent(wanted);
            case DATABASE ->
                stack.referring(
                                store,
                                "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication",
                                "sourceDbInstanceArn")
                        .exist(wanted);
            case CLUSTER -> store.at("globalClusterIdentifier").mustBePresent(wanted);
            case FILE_SYSTEM ->
                stack.referring(
                                store,
                                "aws:efs/replicationConfiguration:ReplicationConfiguration",
                                "sourceFileSystemId")
                        .exist(wanted);
            default -> Finding.violation("", "none in this stack", wanted);
        };
        return replica instanceof Finding.Violation && backup instanceof Finding.Undecidable ? backup : replica;
    }

    /** Selected by its ARN or by one of its tags, in a plan that copies. */
    private static Finding isSelectedForCopies(Resource store, Stack stack) {
        List<Resource> plans = stack.ofType("aws:backup/plan:Plan")
                .filter(plan -> plan.at("rules").items().stream()
                        .anyMatch(rule -> !rule.at("copyActions").items().isEmpty()))
                .toList();
        Stack.Referrers selections = stack.referring(
                store,
                stack.ofType("aws:backup/selection:Selection")
                        .filter(selection -> plans.stream()
                                .anyMatch(plan -> stack.refers(selection.at("planId"), plan) != Stack.Reference.NO)),
                selection -> selection.at("resources").items().stream());
        boolean byTag = stack.ofType("aws:backup/selection:Selection")
                .filter(selection -> plans.stream()
                        .anyMatch(plan -> stack.refers(selection.at("planId"), plan) == Stack.Reference.YES))
                .flatMap(selection -> selection.at("selectionTags").items().stream())
                .anyMatch(tag -> Tags.is(
                        store,
                        tag.at("key").text().orElse(""),
                        tag.at("value").text().orElse("")));
        return byTag ? Finding.compliant() : selections.exist("a backup selection");
    }

    private static Finding hasKeyOfItsOwn(Resource store, Stack stack) {
        if (!Tags.isPhi(store)) {
            return Finding.notApplicable("the store is not classified as phi");
        }
        List<Property> keys = keys(store, stack).toList();
        return Finding.each(
                keys.stream(),
                key -> stack.ofType(STORES.keySet().toArray(String[]::new))
                        .filter(other -> !other.urn().equals(store.urn()))
                        .filter(other -> Tags.classification(other)
                                .filter(name -> !name.equals("phi"))
                                .isPresent())
                        .filter(other -> keys(other, stack).anyMatch(theirs -> isSame(key, theirs)))
                        .findFirst()
                        .map(other -> key.violates("shared with " + other.urn(), "a key for ePHI alone"))
                        .orElseGet(() -> key.isUnknown() && key.sources().isEmpty()
                                ? Finding.undecidable(key.path(), "the key is not known yet")
                                : Finding.compliant()));
    }

    private static Stream<Property> keys(Resource store, Stack stack) {
        String property = STORES.getOrDefault(store.kind(), "");
        Stream<Property> keys = property.isEmpty()
                ? stack.referring(store, ENCRYPTION, "bucket").certain().stream()
                        .flatMap(encryption -> encryption.at("rules").items().stream())
                        .map(rule -> rule.at("applyServerSideEncryptionByDefault.kmsMasterKeyId"))
                : Stream.of(store.at(property));
        return keys.filter(key -> !key.isAbsent());
    }

    private static boolean isSame(Property one, Property other) {
        boolean unknown = one.isUnknown() || other.isUnknown();
        return unknown
                ? !one.sources().isEmpty() && one.sources().equals(other.sources())
                : one.text().equals(other.text());
    }
}
