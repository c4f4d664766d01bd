package dev.phigate.components.fleet;

import com.pulumi.aws.iam.InstanceProfile;
import com.pulumi.aws.iam.InstanceProfileArgs;
import com.pulumi.core.Output;
import com.pulumi.resources.ComponentResource;
import com.pulumi.resources.ComponentResourceOptions;
import com.pulumi.resources.Resource;
import dev.phigate.components.DataClass;
import dev.phigate.components.aws.AwsPlace;
import dev.phigate.components.aws.AwsServiceRole;
import dev.phigate.components.aws.AwsSite;
import dev.phigate.components.aws.PolicyDocument;
import dev.phigate.components.aws.Statement;
import java.util.Map;

/**
 * Who a machine of the fleet is: it reads its configuration and its secrets, adds to its records, and nothing else. Serves 45 CFR
 * 164.312(a)(1) (access control) and 164.308(a)(4)(ii)(B) (access authorization).
 */
final class AwsMachineIdentity extends ComponentResource {
    private static final String PART = "balancer";

    private final Output<String> profileName;
    private final AwsServiceRole role;

    /**
     * What it may do.
     *
     * @param configuration the ARN of its configuration document
     * @param secrets the pattern of the ARNs of its secrets
     * @param secretsKey the ARN of the key of both
     * @param records the pattern of the ARNs of its records
     * @param auditKey the ARN of the key of records
     */
    record Rights(String configuration, String secrets, String secretsKey, String records, String auditKey) {
        /** The policy, in a place whose services may use the keys for it. */
        PolicyDocument policy(AwsPlace place) {
            return PolicyDocument.of(
                    Statement.allow("ReadItsConfiguration", "s3:GetObject", "s3:GetObjectVersion")
                            .on(configuration),
                    Statement.allow("ReadItsSecrets", "secretsmanager:GetSecretValue")
                            .on(secrets),
                    Statement.allow("DecryptBoth", "kms:Decrypt")
                            .on(secretsKey)
                            .when("StringEquals", "kms:ViaService", via(place, "s3"), via(place, "secretsmanager")),
                    Statement.allow("AddToItsRecords", "s3:PutObject").on(records),
                    Statement.allow("EncryptItsRecords", "kms:GenerateDataKey")
                            .on(auditKey)
                            .when("StringEquals", "kms:ViaService", via(place, "s3")));
        }

        private static String via(AwsPlace place, String service) {
            return service + "." + place.region() + ".amazonaws.com";
        }
    }

    AwsMachineIdentity(String name, Output<Rights> rights, Output<String> boundary, AwsSite site, Resource parent) {
        super(
                "phigate:components:MachineIdentity",
                name,
                ComponentResourceOptions.builder().parent(parent).build());
        role = new AwsServiceRole(
                PART,
                PolicyDocument.trust("ec2.amazonaws.com"),
                rights.applyValue(each -> each.policy(site.place())),
                boundary,
                site,
                this);
        InstanceProfile profile = new InstanceProfile(
                name,
                InstanceProfileArgs.builder()
                        .name(site.name(PART))
                        .role(role.name())
                        .tags(site.tags(DataClass.WORKLOAD))
                        .build(),
                site.childOf(this).build());
        profileName = profile.name();
        registerOutputs(Map.of("profileName", profileName));
    }

    /** The ARN of the role, known before it exists. */
    static String roleArn(AwsSite site) {
        return site.place().globalArn("iam", "role/" + site.name(PART));
    }

    /** The instance profile that machines are launched with. */
    Output<String> profileName() {
        return profileName;
    }

    /** What machines wait for: without its rights one starts, finds nothing, and is replaced. */
    Resource rights() {
        return role;
    }
}
