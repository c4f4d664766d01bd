package dev.phigate.policies.aws.database;

import static dev.phigate.policies.pack.Citation.S164_308_A_7_II_A;
import static dev.phigate.policies.pack.Citation.S164_312_A_1;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_IV;
import static dev.phigate.policies.pack.Citation.S164_312_B;
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
import java.util.function.Function;

/** Rules on Redshift, ElastiCache and OpenSearch. */
public final class ManagedStoreRules {
    private static final String WAREHOUSE = "aws:redshift/cluster:Cluster";
    private static final String WAREHOUSE_PARAMETERS = "aws:redshift/parameterGroup:ParameterGroup";
    private static final String WAREHOUSE_LOGGING = "aws:redshift/logging:Logging";
    private static final String CACHE = "aws:elasticache/replicationGroup:ReplicationGroup";

    private ManagedStoreRules() {}

    /** The rows of this family. */
    public static List<Rule> table(Tuning tuning) {
        String meaning = "how long automatic snapshots are kept, in days";
        int warehouse = tuning.number("aws-redshift-protected", "days", 7, meaning);
        int cache = tuning.number("aws-elasticache-protected", "days", 15, meaning);
        return List.of(
                stackRule("aws-redshift-protected", (resource, stack) -> switch (resource.kind()) {
                            case WAREHOUSE_PARAMETERS -> requiresTls(resource);
                            case WAREHOUSE_LOGGING ->
                                resource.at("clusterIdentifier").mustBePresent("a cluster");
                            default -> protectsWarehouse(resource, stack, warehouse);
                        })
                        .on(WAREHOUSE, WAREHOUSE_PARAMETERS, WAREHOUSE_LOGGING)
                        .cites(S164_312_A_2_IV, S164_312_E_2_II, S164_312_B, S164_308_A_7_II_A)
                        .fix(
                                "encrypted: true, kmsKeyId: ${key.arn}, enhancedVpcRouting: true, automatedSnapshotRetentionPeriod: 35, clusterParameterGroupName: ${parameters.name}, and a redshift Logging with clusterIdentifier: ${warehouse.id}")
                        .fix(WAREHOUSE_PARAMETERS, "parameters: [{name: require_ssl, value: \"true\"}]"),
                rule("aws-elasticache-protected", group -> protectsCache(group, cache))
                        .on(CACHE)
                        .cites(S164_312_A_2_IV, S164_312_E_2_II, S164_312_D, S164_308_A_7_II_A)
                        .fix(
                                "atRestEncryptionEnabled: true, kmsKeyId: ${key.arn}, transitEncryptionEnabled: true, userGroupIds: [${users.id}], snapshotRetentionLimit: 15, automaticFailoverEnabled: true"),
                rule("aws-opensearch-protected", ManagedStoreRules::protectsSearch)
                        .on("aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain")
                        .cites(S164_312_A_2_IV, S164_312_E_2_II, S164_312_E_1, S164_312_B, S164_312_A_1)
                        .fix(
                                "encryptAtRest: {enabled: true}, nodeToNodeEncryption: {enabled: true}, domainEndpointOptions: {enforceHttps: true, tlsSecurityPolicy: Policy-Min-TLS-1-2-PFS-2023-10}, vpcOptions: {subnetIds: [${subnet.id}]}, advancedSecurityOptions: {enabled: true}, logPublishingOptions: [{logType: AUDIT_LOGS, cloudwatchLogGroupArn: ${group.arn}}]"));
    }

    private static Finding protectsWarehouse(Resource cluster, Stack stack, int days) {
        String wanted = "a parameter group of this stack with require_ssl: true";
        Property parameters = cluster.at("clusterParameterGroupName");
        Stack.Referrers groups = stack.referred(parameters, WAREHOUSE_PARAMETERS);
        return Finding.all(
                () -> cluster.at("encrypted").mustBe(true),
                () -> Keys.isCustomerManaged(cluster.at("kmsKeyId")),
                () -> cluster.at("enhancedVpcRouting").mustBe(true),
                () -> cluster.at("automatedSnapshotRetentionPeriod").mustBeAtLeast(days),
                () -> groups.certain().isEmpty()
                        ? parameters.mustMatch(_ -> false, wanted)
                        : groups.each(ManagedStoreRules::requiresTls),
                () -> logs(cluster, stack));
    }

    private static Finding logs(Resource cluster, Stack stack) {
        Property inline = cluster.at("logging.enable");
        return inline.isAbsent()
                ? stack.referring(cluster, WAREHOUSE_LOGGING, "clusterIdentifier")
                        .exist("audit logging of this cluster")
                : inline.mustBe(true);
    }

    private static Finding requiresTls(Resource parameters) {
        return hasElement(
                parameters.at("parameters"),
                "name",
                "require_ssl",
                parameter -> parameter.at("value").mustMatch("true"::equalsIgnoreCase, "true"));
    }

    private static Finding protectsCache(Resource group, int days) {
        return Finding.all(
                () -> group.at("atRestEncryptionEnabled").mustBe(true),
                () -> group.at("transitEncryptionEnabled").mustBe(true),
                () -> group.at("transitEncryptionMode").orWhenAbsent("required").mustBe("required"),
                () -> Keys.isCustomerManaged(group.at("kmsKeyId")),
                () -> Finding.any(
                        () -> group.at("userGroupIds").mustBePresent("users of its own, or an authToken"),
                        () -> group.at("authToken").mustBePresent("users of its own, or an authToken")),
                () -> group.at("snapshotRetentionLimit").mustBeAtLeast(days),
                () -> group.at("automaticFailoverEnabled").mustBe(true));
    }

    private static Finding protectsSearch(Resource domain) {
        Property endpoint = domain.at("domainEndpointOptions");
        return Finding.all(
                () -> domain.at("encryptAtRest.enabled").mustBe(true),
                () -> domain.at("nodeToNodeEncryption.enabled").mustBe(true),
                () -> endpoint.at("enforceHttps").mustBe(true),
                () -> endpoint.at("tlsSecurityPolicy")
                        .mustMatch(
                                policy -> policy.startsWith("Policy-Min-TLS-1-2-"),
                                "a policy of TLS 1.2 and newer, such as Policy-Min-TLS-1-2-PFS-2023-10"),
                () -> domain.at("vpcOptions.subnetIds").mustBePresent("subnets of a VPC"),
                () -> domain.at("advancedSecurityOptions.enabled").mustBe(true),
                () -> hasElement(
                        domain.at("logPublishingOptions"),
                        "logType",
                        "AUDIT_LOGS",
                        log -> log.at("enabled").orWhenAbsent(true).mustBe(true)));
    }

    /** A list must have elements of a name, all of them answered well. */
    private static Finding hasElement(Property list, String key, String name, Function<Property, Finding> question) {
        List<Property> named = list.items().stream()
                .filter(element -> element.at(key).text().filter(name::equals).isPresent())
                .toList();
        return named.isEmpty()
                ? list.violates("one with " + key + ": " + name)
                : Finding.each(named.stream(), question);
    }
}
