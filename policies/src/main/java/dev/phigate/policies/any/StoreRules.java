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
import dev.phigate.policies.Regions;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Tags;
import dev.phigate.policies.aws.AuditBuckets;
import dev.phigate.policies.aws.AuditStores;
import dev.phigate.policies.pack.Rule;
import java.util.List;
import java.util.stream.Stream;

/** Rules on stores of ePHI and of audit logs: protection from deletion, a copy elsewhere, a key of their own. */
public final class StoreRules {
    private static final String BUCKET = AuditBuckets.BUCKET;
    private static final String TABLE = "aws:dynamodb/table:Table";
    private static final String DATABASE = "aws:rds/instance:Instance";
    private static final String CLUSTER = "aws:rds/cluster:Cluster";
    private static final String DOCUMENTS = "aws:docdb/cluster:Cluster";
    private static final String GRAPH = "aws:neptune/cluster:Cluster";
    private static final String WAREHOUSE = "aws:redshift/cluster:Cluster";
    private static final String FILE_SYSTEM = "aws:efs/fileSystem:FileSystem";
    private static final String VOLUME = "aws:ebs/volume:Volume";
    private static final String REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";

    /** What AWS Backup or a replica can copy to another region. */
    private static final String[] COPIED = {
        BUCKET, TABLE, DATABASE, CLUSTER, DOCUMENTS, GRAPH, WAREHOUSE, FILE_SYSTEM, VOLUME
    };

    /** What else keeps data when the program that made it is gone. */
    private static final String[] KEPT = {
        AuditStores.LOG_GROUP,
        AuditStores.EVENTS,
        "aws:backup/vault:Vault",
        "aws:ecr/repository:Repository",
        "aws:elasticache/cluster:Cluster",
        "aws:elasticache/replicationGroup:ReplicationGroup",
        "aws:elasticsearch/domain:Domain",
        "aws:fsx/lustreFileSystem:LustreFileSystem",
        "aws:fsx/ontapFileSystem:OntapFileSystem",
        "aws:fsx/openZfsFileSystem:OpenZfsFileSystem",
        "aws:fsx/windowsFileSystem:WindowsFileSystem",
        "aws:glacier/vault:Vault",
        "aws:keyspaces/table:Table",
        "aws:kinesis/stream:Stream",
        "aws:memorydb/cluster:Cluster",
        "aws:msk/cluster:Cluster",
        "aws:opensearch/domain:Domain",
        "aws:rds/globalCluster:GlobalCluster",
        "aws:s3/directoryBucket:DirectoryBucket",
        "aws:secretsmanager/secret:Secret",
        "aws:sqs/queue:Queue",
        "aws:timestreamwrite/database:Database",
        "aws:timestreamwrite/table:Table"
    };

    private StoreRules() {}

    /** The rows of this family. */
    public static List<Rule> table() {
        String[] stores = Stream.concat(Stream.of(COPIED), Stream.of(KEPT)).toArray(String[]::new);
        return List.of(
                stackRule("any-protect-phi-resources", StoreRules::isProtected)
                        .on(stores)
                        .cites(S164_312_C_1, S164_308_A_7_II_C, S164_308_A_7_II_B)
                        .fix("options: {protect: true}   # and retainOnDelete: true for audit stores"),
                stackRule("any-cross-region-backup-present", StoreRules::hasCopyElsewhere)
                        .on(COPIED)
                        .cites(S164_308_A_7_II_A, S164_308_A_7_II_B, S164_308_A_7_I, S164_308_A_7_II_E)
                        .fix("a replica in a second region, or a backup selection of a plan with copyActions"),
                stackRule("any-encryption-key-per-classification", ClassificationKeys::hasKeyOfItsOwn)
                        .on(stores)
                        .cites(S164_312_A_2_IV, S164_308_A_4_II_A, S164_308_A_4_I)
                        .fix("kmsKeyId: ${phiKey.arn}   # a key for ePHI alone"));
    }

    private static Finding isProtected(Resource store, Stack stack) {
        Stack.Reference audit = AuditStores.keeps(store, stack);
        boolean phi = Tags.isPhi(store);
        if (audit == Stack.Reference.NO && !phi) {
            return Finding.notApplicable("the store holds neither ePHI nor audit logs");
        }
        Finding protects =
                store.options().protect() ? Finding.compliant() : Finding.violation("options.protect", "false", "true");
        Finding stays = store.options().retainOnDelete().orElse(true)
                ? Finding.compliant()
                : Finding.violation("options.retainOnDelete", "false", "true");
        return switch (audit) {
            case YES -> protects.and(stays);
            case MAYBE ->
                phi && protects instanceof Finding.Violation
                        ? protects
                        : protects.and(stays) instanceof Finding.Violation
                                ? Finding.undecidable("", "whether audit logs are written to it is not known yet")
                                : Finding.compliant();
            case NO -> protects;
        };
    }

    private static Finding hasCopyElsewhere(Resource store, Stack stack) {
        if (!Tags.isPhi(store)) {
            return Finding.notApplicable("the store is not classified as phi");
        }
        String wanted = "a copy in a second region: a replica, or a backup plan with copyActions";
        return replica(store, stack, wanted).unless(() -> BackupCopies.of(store, stack));
    }

    private static Finding replica(Resource store, Stack stack, String wanted) {
        return switch (store.kind()) {
            case BUCKET ->
                stack.referring(store, REPLICATION, "bucket")
                        .one(
                                wanted,
                                replication -> replication.at("rules").isAbsent()
                                        ? Finding.compliant()
                                        : replication
                                                .at("rules")
                                                .each(rule ->
                                                        isElsewhere(rule.at("destination.bucket"), store, stack)));
            case TABLE -> hasReplica(store, stack, wanted);
            case DATABASE ->
                stack.referring(
                                store,
                                "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication",
                                "sourceDbInstanceArn")
                        .exist(wanted);
            case CLUSTER, DOCUMENTS, GRAPH ->
                store.at("globalClusterIdentifier").mustBePresent(wanted);
            case WAREHOUSE ->
                store.at("snapshotCopy.destinationRegion")
                        .mustBePresent(wanted)
                        .unless(() -> stack.referring(
                                        store, "aws:redshift/snapshotCopy:SnapshotCopy", "clusterIdentifier")
                                .exist(wanted));
            case FILE_SYSTEM ->
                stack.referring(
                                store,
                                "aws:efs/replicationConfiguration:ReplicationConfiguration",
                                "sourceFileSystemId")
                        .exist(wanted);
            default -> Finding.violation("", "none in this stack", wanted);
        };
    }

    private static Finding isElsewhere(Property destination, Resource store, Stack stack) {
        return stack.referred(destination, BUCKET).certain().stream()
                        .anyMatch(copy -> Regions.same(store, copy).orElse(false))
                ? destination.violates("in the same region", "a bucket in another region")
                : Finding.compliant();
    }

    private static Finding hasReplica(Resource table, Stack stack, String wanted) {
        String home = Regions.of(table);
        Property replicas = table.at("replicas");
        Finding elsewhere = replicas.mustBePresent(wanted)
                .and(replicas.each(replica -> replica.at("regionName")
                        .mustMatch(region -> !region.equals(home), "another region than " + home)));
        return elsewhere.unless(() -> stack.referring(table, "aws:dynamodb/tableReplica:TableReplica", "globalTableArn")
                .exist(wanted));
    }
}
