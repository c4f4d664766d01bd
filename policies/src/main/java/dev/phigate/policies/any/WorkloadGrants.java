package dev.phigate.policies.any;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Relation;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Value;
import dev.phigate.policies.aws.document.PolicyDocument;
import dev.phigate.policies.aws.document.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the policies of a stack let workloads do to stores. A workload is a user, or a role that a service or a federated machine assumes. */
final class WorkloadGrants {
    private static final String ROLE = "aws:iam/role:Role";
    private static final String POLICY = "aws:iam/policy:Policy";
    private static final String ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
    private static final String USER_POLICY = "aws:iam/userPolicy:UserPolicy";
    private static final Relation HOLDS = Relation.by(
            holder -> holder.kind().equals(ROLE)
                    ? holder.at("managedPolicyArns").items().stream()
                    : Stream.of(holder.at("policyArn")),
            ROLE,
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            "aws:iam/userPolicyAttachment:UserPolicyAttachment",
            "aws:iam/policyAttachment:PolicyAttachment");

    /** The services that keep, copy or deliver audit logs; the roles that they assume are not workloads. */
    private static final Set<String> KEEPERS = Set.of(
            "backup.amazonaws.com",
            "batchoperations.s3.amazonaws.com",
            "cloudtrail.amazonaws.com",
            "config.amazonaws.com",
            "delivery.logs.amazonaws.com",
            "firehose.amazonaws.com",
            "logs.amazonaws.com",
            "s3.amazonaws.com",
            "vpc-flow-logs.amazonaws.com");

    private static final Map<String, List<String>> CHANGES = Map.of(
            "s3",
            List.of(
                    "s3:DeleteObject*",
                    "s3:PutObject",
                    "s3:DeleteBucket*",
                    "s3:PutBucketPolicy",
                    "s3:PutLifecycleConfiguration",
                    "s3:PutBucketVersioning",
                    "s3:BypassGovernanceRetention"),
            "logs",
            List.of("logs:DeleteLogGroup", "logs:DeleteLogStream", "logs:PutRetentionPolicy"),
            "cloudtrail",
            List.of(
                    "cloudtrail:DeleteEventDataStore",
                    "cloudtrail:UpdateEventDataStore",
                    "cloudtrail:StopEventDataStoreIngestion"));
    private static final Map<String, String> BROAD = Map.of(
            "s3", "AdministratorAccess|PowerUserAccess|AmazonS3FullAccess",
            "logs", "AdministratorAccess|PowerUserAccess|CloudWatchLogsFullAccess|CloudWatchFullAccess(V2)?",
            "cloudtrail", "AdministratorAccess|PowerUserAccess|AWSCloudTrail_FullAccess");
    private static final Pattern ACCOUNT = Pattern.compile("arn:aws[a-z-]*:iam::(\\d{12}):.*");

    private WorkloadGrants() {}

    /**
     * A policy that a workload holds.
     *
     * @param holder the resource that gives it to the workload
     * @param policy the document, or the ARN of a policy that AWS manages
     * @param isDocument which of the two
     * @param certain whether it is known that a workload holds it
     */
    record Grant(Resource holder, Property policy, boolean isDocument, boolean certain) {
        /** The ARN of a policy of AWS must not be one that lets its holder change stores of a service. */
        Finding isHarmless(String service) {
            return policy.mustMatch(
                    text -> !text.matches("arn:aws[a-z-]*:iam::aws:policy/(" + BROAD.get(service) + ")"),
                    "no policy that may change audit logs");
        }

        /** The same finding, or that it is not known whether a workload holds the grant. */
        Finding asFarAsHeld(Finding finding) {
            return finding instanceof Finding.Violation && !certain
                    ? Finding.undecidable("", "whether a workload holds " + holder.urn() + " is not known yet")
                    : finding;
        }
    }

    /** The actions by which a store of a service is changed other than by adding to it. */
    static List<String> changes(String service) {
        return CHANGES.getOrDefault(service, List.of());
    }

    /** What the workloads of a stack hold. */
    static List<Grant> of(Stack stack) {
        return stack.derived("grants of workloads", WorkloadGrants::gather);
    }

    /** Whether a statement of a bucket's policy names a role of the stack that is a workload. */
    static Stack.Reference namesWorkload(Statement statement, Stack stack) {
        return strongest(statement.principals().stream()
                .filter(Statement.Principal::isRole)
                .flatMap(principal -> called(principal.name(), stack))
                .map(WorkloadGrants::isWorkload));
    }

    private static List<Grant> gather(Stack stack) {
        List<Grant> grants = new ArrayList<>();
        stack.ofType(ROLE).forEach(role -> {
            Stack.Reference workload = isWorkload(role);
            role.at("inlinePolicies").items().forEach(inline -> add(grants, role, inline.at("policy"), workload));
            role.at("managedPolicyArns").items().stream()
                    .filter(arn -> !stack.isGiven(arn))
                    .forEach(arn -> addArn(grants, role, arn, workload));
        });
        stack.ofType(ROLE_POLICY)
                .forEach(policy -> add(grants, policy, policy.at("policy"), isWorkload(policy.at("role"), stack)));
        stack.ofType(USER_POLICY).forEach(policy -> add(grants, policy, policy.at("policy"), Stack.Reference.YES));
        stack.ofType(POLICY).forEach(policy -> add(grants, policy, policy.at("policy"), isHeld(policy, stack)));
        stack.ofType(HOLDS.types().stream().sorted().toArray(String[]::new))
                .filter(holder -> !holder.kind().equals(ROLE))
                .filter(holder -> !stack.isGiven(holder.at("policyArn")))
                .forEach(holder -> addArn(grants, holder, holder.at("policyArn"), holds(holder, stack)));
        return List.copyOf(grants);
    }

    private static void add(List<Grant> grants, Resource holder, Property policy, Stack.Reference workload) {
        if (workload != Stack.Reference.NO && !policy.isAbsent()) {
            grants.add(new Grant(holder, policy, true, workload == Stack.Reference.YES));
        }
    }

    /** Of a policy that AWS manages. One that a resource gives is of the program's own, and its document is judged. */
    private static void addArn(List<Grant> grants, Resource holder, Property arn, Stack.Reference workload) {
        if (workload != Stack.Reference.NO && !arn.isAbsent()) {
            grants.add(new Grant(holder, arn, false, workload == Stack.Reference.YES));
        }
    }

    private static Stack.Reference isHeld(Resource policy, Stack stack) {
        Stack.Referrers holders = stack.referring(policy, HOLDS);
        Stack.Reference certain = strongest(holders.certain().stream().map(holder -> holds(holder, stack)));
        return certain == Stack.Reference.NO && !holders.possible().isEmpty() ? Stack.Reference.MAYBE : certain;
    }

    private static Stack.Reference holds(Resource holder, Stack stack) {
        return switch (holder.kind()) {
            case ROLE -> isWorkload(holder);
            case "aws:iam/userPolicyAttachment:UserPolicyAttachment" -> Stack.Reference.YES;
            case "aws:iam/policyAttachment:PolicyAttachment" ->
                !holder.at("users").items().isEmpty()
                        ? Stack.Reference.YES
                        : strongest(holder.at("roles").items().stream().map(role -> isWorkload(role, stack)));
            default -> isWorkload(holder.at("role"), stack);
        };
    }

    /** Of a role of another stack nothing is known, so it counts as one of a workload. */
    private static Stack.Reference isWorkload(Property role, Stack stack) {
        Stack.Referrers roles = stack.referred(role, ROLE);
        if (roles.isEmpty()) {
            return role.isAbsent() ? Stack.Reference.NO : Stack.Reference.YES;
        }
        return roles.certain().isEmpty()
                ? Stack.Reference.MAYBE
                : strongest(roles.certain().stream().map(WorkloadGrants::isWorkload));
    }

    private static Stack.Reference isWorkload(Resource role) {
        Property trust = role.at("assumeRolePolicy");
        if (trust.isUnknown()) {
            return Stack.Reference.MAYBE;
        }
        Finding nobody = Finding.of(() -> PolicyDocument.ofResource(trust)
                .eachAllowing(statement -> statement.principals().stream().anyMatch(WorkloadGrants::isMachine)
                        ? statement.violates("Principal", "no machine")
                        : Finding.compliant()));
        return nobody instanceof Finding.Compliant ? Stack.Reference.NO : Stack.Reference.YES;
    }

    private static boolean isMachine(Statement.Principal principal) {
        return switch (principal.kind()) {
            case "Service" -> !KEEPERS.contains(principal.name());
            case "Federated" -> !principal.name().contains(":saml-provider/");
            default -> principal.name().equals("*");
        };
    }

    /** The roles of an ARN, known by it or by their name. */
    private static Stream<Resource> called(String arn, Stack stack) {
        Map<String, List<Resource>> roles = stack.derived("roles by ARN and name", WorkloadGrants::rolesByName);
        return Stream.of(arn, arn.substring(arn.lastIndexOf('/') + 1))
                .flatMap(name -> roles.getOrDefault(name, List.of()).stream())
                .distinct();
    }

    private static Map<String, List<Resource>> rolesByName(Stack stack) {
        Map<String, List<Resource>> roles = new HashMap<>();
        stack.ofType(ROLE)
                .forEach(role -> Stream.of(role.output("arn"), role.output("name"))
                        .map(Property::value)
                        .forEach(value -> {
                            if (value instanceof Value.Text(String text)) {
                                roles.computeIfAbsent(text, _ -> new ArrayList<>())
                                        .add(role);
                            }
                        }));
        return roles;
    }

    private static Stack.Reference strongest(Stream<Stack.Reference> references) {
        return references.min(Stack.Reference::compareTo).orElse(Stack.Reference.NO);
    }

    /** The account that a resource's provider works in by assuming a role there; empty for that of whoever runs the program. */
    static String account(Resource resource) {
        return resource.provider()
                .map(provider -> new Property("provider", provider.inputs(), Set.of()))
                .flatMap(settings -> Stream.of(settings.either("assumeRoles", "assumeRole"))
                        .map(assumed -> assumed.json("roles to assume"))
                        .filter(assumed -> !assumed.isAbsent())
                        .flatMap(assumed -> assumed.items().stream())
                        .map(assumed -> assumed.at("roleArn"))
                        .filter(arn -> !arn.isUnknown())
                        .flatMap(arn -> arn.text().stream())
                        .map(ACCOUNT::matcher)
                        .filter(Matcher::matches)
                        .map(arn -> arn.group(1))
                        .findFirst())
                .orElse("");
    }
}
