package dev.phigate.policies.aws.compute;

import static dev.phigate.policies.pack.Citation.S164_308_A_5_II_B;
import static dev.phigate.policies.pack.Citation.S164_312_A_1;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_IV;
import static dev.phigate.policies.pack.Citation.S164_312_B;
import static dev.phigate.policies.pack.Citation.S164_312_C_1;
import static dev.phigate.policies.pack.Citation.S164_312_E_1;
import static dev.phigate.policies.pack.Rule.rule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.any.SecretRules;
import dev.phigate.policies.aws.Keys;
import dev.phigate.policies.aws.network.Cidr;
import dev.phigate.policies.pack.Rule;
import java.util.List;

/** Rules on containers: tasks of ECS, clusters of EKS, and the images that they run. */
public final class ContainerRules {
    private static final List<String> CONTROL_PLANE_LOGS =
            List.of("api", "audit", "authenticator", "controllerManager", "scheduler");

    private ContainerRules() {}

    /** The rows of this family. */
    public static List<Rule> table() {
        return List.of(
                rule("aws-ecr-hardened", ContainerRules::keepsImages)
                        .on("aws:ecr/repository:Repository")
                        .cites(S164_312_A_2_IV, S164_312_C_1, S164_308_A_5_II_B)
                        .fix(
                                "encryptionConfigurations: [{encryptionType: KMS, kmsKey: ${key.arn}}], imageScanningConfiguration: {scanOnPush: true}, imageTagMutability: IMMUTABLE"),
                rule("aws-ecs-task-hardened", ContainerRules::confinesTask)
                        .on("aws:ecs/taskDefinition:TaskDefinition")
                        .cites(S164_312_A_1, S164_312_C_1, S164_312_B)
                        .fix(
                                "each container: readonlyRootFilesystem: true, logConfiguration: {logDriver: awslogs, ...}, secrets: [{name, valueFrom}]; networkMode: awsvpc"),
                rule("aws-eks-hardened", ContainerRules::guardsControlPlane)
                        .on("aws:eks/cluster:Cluster")
                        .cites(S164_312_A_1, S164_312_A_2_IV, S164_312_B, S164_312_E_1)
                        .fix(
                                "vpcConfig: {endpointPublicAccess: false, endpointPrivateAccess: true}, encryptionConfig: {provider: {keyArn: ${key.arn}}, resources: [secrets]}, enabledClusterLogTypes: ["
                                        + String.join(", ", CONTROL_PLANE_LOGS) + "]"));
    }

    private static Finding keepsImages(Resource repository) {
        Property encryption = repository.at("encryptionConfigurations");
        return Finding.all(
                () -> encryption.mustBePresent("encryption by KMS"),
                () -> encryption.each(one -> one.at("encryptionType").mustBeOneOf(List.of("KMS", "KMS_DSSE"))),
                () -> repository.at("imageScanningConfiguration.scanOnPush").mustBe(true),
                () -> repository.at("imageTagMutability").mustBe("IMMUTABLE"));
    }

    private static Finding confinesTask(Resource task) {
        Property containers = task.at("containerDefinitions");
        return Finding.all(
                () -> task.at("pidMode").orWhenAbsent("task").mustBe("task"),
                () -> task.at("ipcMode").orWhenAbsent("task").mustBeOneOf(List.of("task", "none")),
                () -> task.at("networkMode")
                        .orWhenAbsent("bridge")
                        .mustBeOneOf(List.of("awsvpc", "bridge", "default", "none")),
                () -> containers.json("a list of containers in JSON").mustBePresent("a container"),
                () -> containers
                        .json("a list of containers in JSON")
                        .each(container -> confinesContainer(container, isWindows(task))));
    }

    /** Windows has neither privileged containers nor read-only file systems. */
    private static boolean isWindows(Resource task) {
        return task.at("runtimePlatform.operatingSystemFamily")
                .text()
                .filter(family -> family.startsWith("WINDOWS"))
                .isPresent();
    }

    private static Finding confinesContainer(Property container, boolean windows) {
        return Finding.all(
                () -> container.at("privileged").orWhenAbsent(false).mustBe(false),
                () -> windows
                        ? Finding.compliant()
                        : container.at("readonlyRootFilesystem").mustBe(true),
                () -> container.at("logConfiguration").mustBePresent("where the container logs to"),
                () -> container.at("environment").each(ContainerRules::isNoSecret));
    }

    /** Whoever may describe the task reads its environment, whether or not Pulumi knows the value as a secret. */
    private static Finding isNoSecret(Property variable) {
        Property value = variable.at("value");
        return !value.isAbsent()
                        && SecretRules.isNamedSecret(variable.at("name").text().orElse(""))
                ? value.violates("a secret in the environment (not shown)", "secrets: [{name: ..., valueFrom: ...}]")
                : Finding.compliant();
    }

    private static Finding guardsControlPlane(Resource cluster) {
        Property network = cluster.at("vpcConfig");
        Property encryption = cluster.at("encryptionConfig");
        return Finding.all(
                () -> Finding.any(() -> network.at("endpointPublicAccess").mustBe(false), () -> isNarrow(network)),
                () -> network.at("endpointPrivateAccess").mustBe(true),
                () -> Keys.isCustomerManaged(encryption.at("provider.keyArn")),
                () -> has(encryption.at("resources"), "secrets"),
                () -> Finding.each(CONTROL_PLANE_LOGS.stream(), log -> has(cluster.at("enabledClusterLogTypes"), log)));
    }

    private static Finding isNarrow(Property network) {
        Property blocks = network.at("publicAccessCidrs");
        String wanted = "endpointPublicAccess: false, or addresses that are named";
        return blocks.mustBePresent(wanted)
                .and(blocks.each(block -> block.mustMatch(written -> !Cidr.isOpen(written), wanted)));
    }

    private static Finding has(Property list, String text) {
        return list.hasAny(text) ? Finding.compliant() : list.violates("a list with " + text);
    }
}
