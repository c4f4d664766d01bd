package dev.phigate.policies.aws.database;

import static dev.phigate.policies.pack.Citation.S164_308_A_4_II_A;
import static dev.phigate.policies.pack.Citation.S164_308_A_7_I;
import static dev.phigate.policies.pack.Citation.S164_308_A_7_II_A;
import static dev.phigate.policies.pack.Citation.S164_308_A_7_II_B;
import static dev.phigate.policies.pack.Citation.S164_308_A_7_II_C;
import static dev.phigate.policies.pack.Citation.S164_312_A_1;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_I;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_IV;
import static dev.phigate.policies.pack.Citation.S164_312_B;
import static dev.phigate.policies.pack.Citation.S164_312_C_1;
import static dev.phigate.policies.pack.Citation.S164_312_D;
import static dev.phigate.policies.pack.Citation.S164_312_E_1;
import static dev.phigate.policies.pack.Citation.S164_312_E_2_II;
import static dev.phigate.policies.pack.Rule.rule;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.aws.Keys;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Rules on RDS, Aurora, DocumentDB, Neptune, Redshift and DynamoDB. */
public final class DatabaseRules {
    private static final String INSTANCE = "aws:rds/instance:Instance";
    private static final String CLUSTER = "aws:rds/cluster:Cluster";
    private static final String GLOBAL = "aws:rds/globalCluster:GlobalCluster";
    private static final String DOCUMENTS = "aws:docdb/cluster:Cluster";
    private static final String GRAPH = "aws:neptune/cluster:Cluster";
    private static final String TABLE = "aws:dynamodb/table:Table";
    private static final String PARAMETERS = "aws:rds/parameterGroup:ParameterGroup";
    private static final String CLUSTER_PARAMETERS = "aws:rds/clusterParameterGroup:ClusterParameterGroup";
    private static final Set<String> PUBLIC_BY_DEFAULT =
            Set.of("aws:redshift/cluster:Cluster", "aws:dms/replicationInstance:ReplicationInstance");
    private static final List<String> FORCING = List.of("rds.force_ssl", "require_secure_transport");
    private static final List<String> WITHOUT_IAM = List.of("oracle", "sqlserver", "db2", "custom-");
    private static final Set<String> ON = Set.of("1", "on", "true");

    private DatabaseRules() {}

    /** The rows of this family. */
    public static List<Rule> table(Tuning tuning) {
        int days = tuning.number("aws-rds-backup", "days", 30, "how long automatic backups are kept, in days");
        return List.of(
                rule("aws-rds-encrypted", DatabaseRules::isEncrypted)
                        .on(INSTANCE, CLUSTER, GLOBAL, DOCUMENTS, GRAPH)
                        .cites(S164_312_A_2_IV, S164_312_E_2_II, S164_312_C_1)
                        .fix("storageEncrypted: true"),
                rule("aws-rds-no-public-access", DatabaseRules::isPrivate)
                        .on(
                                INSTANCE,
                                "aws:rds/clusterInstance:ClusterInstance",
                                "aws:redshift/cluster:Cluster",
                                "aws:dms/replicationInstance:ReplicationInstance",
                                "aws:neptune/clusterInstance:ClusterInstance")
                        .cites(S164_312_A_1, S164_312_E_1, S164_308_A_4_II_A)
                        .fix("publiclyAccessible: false"),
                stackRule("aws-rds-tls-required", DatabaseRules::refusesPlaintext)
                        .on(PARAMETERS, CLUSTER_PARAMETERS, INSTANCE, CLUSTER)
                        .cites(S164_312_E_1, S164_312_E_2_II)
                        .fix(
                                "parameterGroupName: ${parameters.name}   # with rds.force_ssl: 1 or require_secure_transport: ON")
                        .fix(PARAMETERS, "parameters: [{name: rds.force_ssl, value: \"1\"}]")
                        .fix(CLUSTER_PARAMETERS, "parameters: [{name: rds.force_ssl, value: \"1\"}]"),
                rule("aws-rds-backup", database -> isBackedUp(database, days))
                        .on(INSTANCE, CLUSTER, DOCUMENTS, GRAPH)
                        .cites(S164_308_A_7_II_A, S164_308_A_7_II_B, S164_308_A_7_I)
                        .fix("backupRetentionPeriod: 35, skipFinalSnapshot: false, finalSnapshotIdentifier: ...")
                        .fix(
                                INSTANCE,
                                "backupRetentionPeriod: 35, copyTagsToSnapshot: true, deleteAutomatedBackups: false, skipFinalSnapshot: false, finalSnapshotIdentifier: ..."),
                rule("aws-rds-deletion-protection", DatabaseRules::resistsDeletion)
                        .on(INSTANCE, CLUSTER, DOCUMENTS, GRAPH, TABLE)
                        .cites(S164_312_C_1, S164_308_A_7_II_C, S164_308_A_7_II_B)
                        .fix("deletionProtection: true")
                        .fix(TABLE, "deletionProtectionEnabled: true"),
                rule("aws-dynamodb-protected", DatabaseRules::isRecoverable)
                        .on(TABLE)
                        .cites(S164_308_A_7_II_A, S164_308_A_7_II_B, S164_312_A_2_IV)
                        .fix(
                                "pointInTimeRecovery: {enabled: true}, serverSideEncryption: {enabled: true, kmsKeyArn: ${key.arn}}"),
                rule("aws-rds-multi-az-logs", DatabaseRules::isRunWithCare)
                        .on(INSTANCE, CLUSTER)
                        .cites(S164_312_B, S164_308_A_7_I, S164_312_A_2_I, S164_312_D)
                        .fix(
                                "multiAz: true, enabledCloudwatchLogsExports: [postgresql], monitoringInterval: 60, iamDatabaseAuthenticationEnabled: true, manageMasterUserPassword: true")
                        .fix(
                                CLUSTER,
                                "enabledCloudwatchLogsExports: [postgresql], iamDatabaseAuthenticationEnabled: true, manageMasterUserPassword: true"));
    }

    private static boolean isReplica(Resource database) {
        return !database.at("replicateSourceDb").isAbsent()
                || !database.at("replicationSourceIdentifier").isAbsent();
    }

    /** An Aurora instance has storage, backups and protection of its cluster. */
    private static boolean isOfCluster(Resource database) {
        return database.kind().equals(INSTANCE)
                && database.at("engine").text().orElse("").startsWith("aurora");
    }

    private static Finding isEncrypted(Resource database) {
        if (isReplica(database) || !database.at("sourceDbClusterIdentifier").isAbsent()) {
            return Finding.notApplicable("a replica or a global cluster is encrypted as its source is");
        }
        Property encrypted = database.at("storageEncrypted");
        return database.at("engineMode").mustBe("serverless") instanceof Finding.Compliant
                ? encrypted.orWhenAbsent(true).mustBe(true)
                : encrypted.mustBe(true);
    }

    private static Finding isPrivate(Resource database) {
        Property access = database.at("publiclyAccessible");
        return PUBLIC_BY_DEFAULT.contains(database.kind())
                ? access.mustBe(false)
                : access.orWhenAbsent(false).mustBe(false);
    }

    private static Finding refusesPlaintext(Resource resource, Stack stack) {
        return switch (resource.kind()) {
            case PARAMETERS, CLUSTER_PARAMETERS -> forcesTls(resource);
            case CLUSTER -> refersToForcingGroup(resource, stack, "dbClusterParameterGroupName", CLUSTER_PARAMETERS);
            default ->
                isOfCluster(resource)
                        ? Finding.notApplicable("the parameter group of the Aurora cluster decides")
                        : refersToForcingGroup(resource, stack, "parameterGroupName", PARAMETERS)
                                .and(hasModernAuthority(resource));
        };
    }

    private static Finding hasModernAuthority(Resource instance) {
        return instance.at("caCertIdentifier")
                .orWhenAbsent("rds-ca-rsa2048-g1")
                .mustMatch(
                        authority -> authority.matches("rds-ca-(rsa2048|rsa4096|ecc384)-g\\d+"),
                        "rds-ca-rsa2048-g1 or newer");
    }

    /** The group must be of this stack, where its parameters are ruled; of another group nothing is known. */
    private static Finding refersToForcingGroup(Resource database, Stack stack, String property, String kind) {
        Property name = database.at(property);
        String wanted = "a parameter group of this stack with rds.force_ssl: 1 or require_secure_transport: ON";
        if (name.isAbsent()) {
            return name.violates(wanted);
        }
        List<Resource> groups = stack.referred(name, kind).certain();
        return groups.isEmpty()
                ? name.mustMatch(_ -> false, wanted)
                : Finding.each(groups.stream(), DatabaseRules::forcesTls);
    }

    /** PostgreSQL and SQL Server have one parameter, MySQL and MariaDB another; each ignores that of the others. */
    private static Finding forcesTls(Resource group) {
        String family = group.at("family").text().orElse("");
        boolean isMySql = family.contains("mysql") || family.startsWith("mariadb");
        boolean isKnown = isMySql || family.contains("postgres") || family.startsWith("sqlserver");
        List<String> names = !isKnown ? FORCING : FORCING.subList(isMySql ? 1 : 0, isMySql ? 2 : 1);
        String wanted = String.join(" or ", names) + ": on";
        List<Property> forcing = group.at("parameters").items().stream()
                .filter(parameter -> names.contains(parameter.at("name").text().orElse("")))
                .toList();
        return forcing.isEmpty()
                ? group.at("parameters").violates(wanted)
                : Finding.each(
                        forcing.stream(),
                        parameter -> parameter
                                .at("value")
                                .mustMatch(value -> ON.contains(value.toLowerCase(Locale.ROOT)), wanted));
    }

    private static Finding isBackedUp(Resource database, int days) {
        if (isReplica(database)) {
            return Finding.notApplicable("the source of a replica is backed up");
        }
        if (isOfCluster(database)) {
            return Finding.notApplicable("the Aurora cluster is backed up");
        }
        Finding kept = Finding.all(
                () -> database.at("backupRetentionPeriod").mustBeAtLeast(days),
                () -> database.at("skipFinalSnapshot").orWhenAbsent(false).mustBe(false));
        return database.kind().equals(INSTANCE)
                ? kept.and(Finding.all(
                        () -> database.at("copyTagsToSnapshot").mustBe(true),
                        () -> database.at("deleteAutomatedBackups").mustBe(false)))
                : kept;
    }

    private static Finding resistsDeletion(Resource database) {
        return isOfCluster(database)
                ? Finding.notApplicable("the Aurora cluster is protected")
                : database.at(database.kind().equals(TABLE) ? "deletionProtectionEnabled" : "deletionProtection")
                        .mustBe(true);
    }

    private static Finding isRecoverable(Resource table) {
        return Finding.all(
                () -> table.at("pointInTimeRecovery.enabled").mustBe(true),
                () -> table.at("serverSideEncryption.enabled").mustBe(true),
                () -> Keys.isCustomerManaged(table.at("serverSideEncryption.kmsKeyArn")));
    }

    private static Finding isRunWithCare(Resource database) {
        if (isOfCluster(database)) {
            return Finding.notApplicable("the Aurora cluster decides");
        }
        Finding logged = Finding.all(
                () -> database.at("enabledCloudwatchLogsExports").mustBePresent("the logs of the engine"),
                () -> authenticatesByIam(database),
                () -> isReplica(database)
                        ? Finding.compliant()
                        : database.at("manageMasterUserPassword").mustBe(true));
        return database.kind().equals(CLUSTER)
                ? logged
                : logged.and(Finding.all(
                        () -> database.at("multiAz").mustBe(true),
                        () -> database.at("autoMinorVersionUpgrade")
                                .orWhenAbsent(true)
                                .mustBe(true),
                        () -> database.at("monitoringInterval").mustBeAtLeast(1)));
    }

    /** Oracle, SQL Server and Db2 know no authentication by IAM. */
    private static Finding authenticatesByIam(Resource database) {
        String engine = database.at("engine").text().orElse("");
        return WITHOUT_IAM.stream().anyMatch(engine::startsWith)
                ? Finding.compliant()
                : database.at("iamDatabaseAuthenticationEnabled").mustBe(true);
    }
}
