package dev.phigate.policies.aws.storage;

import static dev.phigate.policies.pack.Citation.S164_312_A_2_IV;
import static dev.phigate.policies.pack.Citation.S164_312_C_1;
import static dev.phigate.policies.pack.Citation.S164_312_E_1;
import static dev.phigate.policies.pack.Citation.S164_312_E_2_II;
import static dev.phigate.policies.pack.Rule.rule;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.aws.document.PolicyDocument;
import dev.phigate.policies.aws.document.Statement;
import dev.phigate.policies.pack.Rule;
import java.util.List;

/** Rules on EBS volumes and EFS file systems. */
public final class VolumeRules {
    private static final String BY_DEFAULT = "aws:ebs/encryptionByDefault:EncryptionByDefault";
    private static final String FILE_SYSTEM = "aws:efs/fileSystem:FileSystem";
    private static final List<String> CLIENT_ACTIONS = List.of(
            "elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite", "elasticfilesystem:ClientRootAccess");
    private static final String TASK = "aws:ecs/taskDefinition:TaskDefinition";

    private VolumeRules() {}

    /** The rows of this family. */
    public static List<Rule> table() {
        return List.of(
                rule("aws-ebs-encrypted", VolumeRules::isEncrypted)
                        .on(
                                "aws:ebs/volume:Volume",
                                BY_DEFAULT,
                                "aws:ebs/snapshotCopy:SnapshotCopy",
                                "aws:ec2/amiCopy:AmiCopy")
                        .cites(S164_312_A_2_IV, S164_312_E_2_II, S164_312_C_1)
                        .fix("encrypted: true")
                        .fix(BY_DEFAULT, "enabled: true"),
                stackRule("aws-efs-encrypted-tls", VolumeRules::isEncryptedAndMountedOverTls)
                        .on(FILE_SYSTEM, TASK)
                        .cites(S164_312_A_2_IV, S164_312_E_2_II, S164_312_E_1)
                        .fix(
                                "encrypted: true, and a FileSystemPolicy with {\"Effect\": \"Deny\", \"Principal\": {\"AWS\": \"*\"}, \"Action\": \"*\", \"Resource\": \"${fs.arn}\", \"Condition\": {\"Bool\": {\"aws:SecureTransport\": \"false\"}}}")
                        .fix(TASK, "volumes: [{efsVolumeConfiguration: {transitEncryption: ENABLED}}]"));
    }

    private static Finding isEncrypted(Resource volume) {
        return volume.kind().equals(BY_DEFAULT)
                ? volume.at("enabled").orWhenAbsent(true).mustBe(true)
                : volume.at("encrypted").mustBe(true);
    }

    private static Finding isEncryptedAndMountedOverTls(Resource resource, Stack stack) {
        if (resource.kind().equals(TASK)) {
            return resource.at("volumes")
                    .each(volume -> volume.at("efsVolumeConfiguration").isAbsent()
                            ? Finding.compliant()
                            : volume.at("efsVolumeConfiguration.transitEncryption")
                                    .mustBe("ENABLED"));
        }
        String wanted = "a Deny for everyone when aws:SecureTransport is false";
        return resource.at("encrypted")
                .mustBe(true)
                .and(stack.referring(resource, "aws:efs/fileSystemPolicy:FileSystemPolicy", "fileSystemId")
                        .all(
                                "a FileSystemPolicy of this file system with " + wanted,
                                policy -> PolicyDocument.ofResource(policy.at("policy"))
                                        .mustDeny(
                                                VolumeRules::isOfPlaintext,
                                                CLIENT_ACTIONS,
                                                Statement::coversActions,
                                                wanted)));
    }

    /** A file system policy speaks of its own file system only, so its resource says no more than the ARN itself. */
    private static boolean isOfPlaintext(Statement statement) {
        return statement.isOfEveryone()
                && !statement.hasNotAction()
                && statement.hasOnlyCondition(condition -> condition.is("aws:securetransport", false));
    }
}
