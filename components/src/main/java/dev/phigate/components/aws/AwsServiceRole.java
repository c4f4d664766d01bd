package dev.phigate.components.aws;

import com.pulumi.aws.iam.Role;
import com.pulumi.aws.iam.RoleArgs;
import com.pulumi.aws.iam.RolePolicy;
import com.pulumi.aws.iam.RolePolicyArgs;
import com.pulumi.core.Output;
import com.pulumi.resources.ComponentResource;
import com.pulumi.resources.ComponentResourceOptions;
import com.pulumi.resources.Resource;
import dev.phigate.components.DataClass;
import java.util.Map;

/**
 * A role that a service of AWS or a machine takes, with the one policy that it needs, inside the boundary of the environment. Serves 45 CFR
 * 164.308(a)(4) (least privilege). Who depends on the component waits until the policy is attached.
 */
public final class AwsServiceRole extends ComponentResource {
    private final Role role;

    /**
     * Makes the role.
     *
     * @param part its name within the environment
     * @param trust who takes it
     * @param policy what it may do
     * @param boundary the most that any role may do
     * @param parent the component that it is part of
     */
    public AwsServiceRole(
            String part,
            PolicyDocument trust,
            Output<PolicyDocument> policy,
            Output<String> boundary,
            AwsSite site,
            Resource parent) {
        super(
                "phigate:components:ServiceRole",
                site.name(part),
                ComponentResourceOptions.builder().parent(parent).build());
        role = new Role(
                site.name(part),
                RoleArgs.builder()
                        .name(site.name(part))
                        .description("phigate: " + part)
                        .assumeRolePolicy(trust.json())
                        .permissionsBoundary(boundary)
                        .tags(site.tags(DataClass.SECRETS))
                        .build(),
                site.childOf(this).build());
        new RolePolicy(
                site.name(part),
                RolePolicyArgs.builder()
                        .name(part)
                        .role(role.name())
                        .policy(policy.applyValue(PolicyDocument::json))
                        .build(),
                site.childOf(this).build());
        registerOutputs(Map.of("arn", role.arn()));
    }

    /** Its ARN. */
    public Output<String> arn() {
        return role.arn();
    }

    /** Its name. */
    public Output<String> name() {
        return role.name();
    }
}
