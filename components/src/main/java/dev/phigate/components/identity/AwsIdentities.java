package dev.phigate.components.identity;

import com.pulumi.aws.accessanalyzer.Analyzer;
import com.pulumi.aws.accessanalyzer.AnalyzerArgs;
import com.pulumi.aws.iam.AccountPasswordPolicy;
import com.pulumi.aws.iam.AccountPasswordPolicyArgs;
import com.pulumi.aws.iam.Policy;
import com.pulumi.aws.iam.PolicyArgs;
import com.pulumi.aws.iam.Role;
import com.pulumi.aws.iam.RoleArgs;
import com.pulumi.aws.iam.RolePolicyAttachment;
import com.pulumi.aws.iam.RolePolicyAttachmentArgs;
import com.pulumi.aws.iam.ServiceLinkedRole;
import com.pulumi.aws.iam.ServiceLinkedRoleArgs;
import com.pulumi.aws.s3.AccountPublicAccessBlock;
import com.pulumi.aws.s3.AccountPublicAccessBlockArgs;
import com.pulumi.core.Output;
import com.pulumi.resources.ComponentResource;
import com.pulumi.resources.CustomResourceOptions;
import dev.phigate.components.DataClass;
import dev.phigate.components.aws.AwsSite;
import dev.phigate.components.aws.PolicyDocument;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The roles of an environment, what bounds them, and what holds for the whole account: its password policy, no public buckets, an analyzer
 * of what is shared with others. Serves 45 CFR 164.308(a)(3) and (a)(4) (authorization), 164.312(a)(1) and (a)(2)(i)-(iii) (access, emergency
 * access, automatic logoff) and 164.312(d) (authentication).
 */
public final class AwsIdentities extends ComponentResource {
    private static final int PASSWORD_LENGTH = 14;
    private static final int PASSWORD_DAYS = 90;
    private static final int PASSWORDS_REMEMBERED = 24;

    private final AwsSite site;
    private final AwsRoles roles;

    /** Renders a plan. */
    public AwsIdentities(String name, IdentityPlan plan, AwsSite site) {
        super("phigate:components:Identities", name, site.child());
        this.site = site;
        Policy boundary = policy("boundary", "The most that any role of this environment may do", plan.boundary());
        Map<Duty, Output<String>> people = new EnumMap<>(Duty.class);
        plan.roles().forEach(role -> people.put(role.duty(), role(role, boundary)));
        ServiceLinkedRole autoScaling = new ServiceLinkedRole(
                site.name("auto-scaling"),
                ServiceLinkedRoleArgs.builder()
                        .awsServiceName("autoscaling.amazonaws.com")
                        .customSuffix(site.environment().name())
                        .description(
                                "Launches the machines of " + site.environment().name())
                        .tags(site.tags(DataClass.SECRETS))
                        .build(),
                options());
        roles = new AwsRoles(people, boundary.arn(), autoScaling.arn());
        account();
        registerOutputs(Map.of());
    }

    /** The roles. */
    public AwsRoles roles() {
        return roles;
    }

    private Output<String> role(IdentityPlan.Role plan, Policy boundary) {
        Policy own = policy(plan.duty().written(), "What the " + plan.duty().written() + " may do", plan.policy());
        Map<String, String> tags = new TreeMap<>(site.tags(DataClass.SECRETS));
        tags.putAll(plan.tags());
        Role role = new Role(
                plan.name(),
                RoleArgs.builder()
                        .name(plan.name())
                        .description("phigate: " + plan.duty().written())
                        .assumeRolePolicy(plan.trust().json())
                        .maxSessionDuration(IdentityPlan.SESSION)
                        .permissionsBoundary(plan.isItsOwnBoundary() ? own.arn() : boundary.arn())
                        .tags(tags)
                        .build(),
                options());
        attach(plan.name(), role, own.arn());
        plan.managed()
                .forEach(arn ->
                        attach(plan.name() + "-" + arn.substring(arn.lastIndexOf('/') + 1), role, Output.of(arn)));
        return role.arn();
    }

    private void attach(String name, Role role, Output<String> policy) {
        new RolePolicyAttachment(
                name,
                RolePolicyAttachmentArgs.builder()
                        .role(role.name())
                        .policyArn(policy)
                        .build(),
                options());
    }

    private Policy policy(String part, String description, PolicyDocument document) {
        return new Policy(
                site.name(part),
                PolicyArgs.builder()
                        .name(site.name(part))
                        .description(description)
                        .policy(document.json())
                        .tags(site.tags(DataClass.SECRETS))
                        .build(),
                options());
    }

    /** There are no users, and nothing is public; what others make in the account is held to the same. */
    private void account() {
        new AccountPasswordPolicy(
                site.name("passwords"),
                AccountPasswordPolicyArgs.builder()
                        .minimumPasswordLength(PASSWORD_LENGTH)
                        .requireLowercaseCharacters(true)
                        .requireUppercaseCharacters(true)
                        .requireNumbers(true)
                        .requireSymbols(true)
                        .passwordReusePrevention(PASSWORDS_REMEMBERED)
                        .maxPasswordAge(PASSWORD_DAYS)
                        .allowUsersToChangePassword(true)
                        .build(),
                options());
        new AccountPublicAccessBlock(
                site.name("nothing-public"),
                AccountPublicAccessBlockArgs.builder()
                        .blockPublicAcls(true)
                        .blockPublicPolicy(true)
                        .ignorePublicAcls(true)
                        .restrictPublicBuckets(true)
                        .build(),
                options());
        analyzer("access", options());
        analyzer("access-backup", site.inBackupRegion(this).build());
    }

    private void analyzer(String part, CustomResourceOptions options) {
        new Analyzer(
                site.name(part),
                AnalyzerArgs.builder()
                        .analyzerName(site.name(part))
                        .type("ACCOUNT")
                        .tags(site.tags(DataClass.AUDIT))
                        .build(),
                options);
    }

    private CustomResourceOptions options() {
        return site.childOf(this).build();
    }
}
