package dev.phigate.policies.aws.document;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One statement of a policy document. */
public final class Statement {
    private static final Set<String> ELEMENTS = Set.of(
            "Sid",
            "Effect",
            "Principal",
            "NotPrincipal",
            "Action",
            "NotAction",
            "Resource",
            "NotResource",
            "Condition");

    /** A character that no literal of a pattern has: only a wildcard matches it. */
    private static final String ANYTHING = "\u0001";

    /** Stands for whichever account a pattern names. */
    private static final String ACCOUNT = "\u0002";

    private static final Pattern OF_ACCOUNT = Pattern.compile("^(arn:[^:]*:[^:]*:[^:]*:)\\d{12}(:)");
    private static final List<String> PARTITIONS = List.of(ANYTHING, "aws", "aws-us-gov", "aws-cn");

    private final Property property;
    private final boolean allows;

    private Statement(Property property, boolean allows) {
        this.property = property;
        this.allows = allows;
    }

    /** Whose policy a statement is part of. */
    enum Kind {
        /** Of a user, a group or a role: it names resources. */
        OF_IDENTITY,
        /** Of a resource, or the trust policy of a role: it names principals. */
        OF_RESOURCE
    }

    static Statement read(Property property, Kind kind) {
        for (String key : property.keys()) {
            if (!ELEMENTS.contains(key)) {
                throw property.field(key).refused("one of the elements of a policy statement");
            }
        }
        Property effect = property.field("Effect");
        String written = effect.text().orElse("");
        if (!written.equals("Allow") && !written.equals("Deny")) {
            throw effect.refused("Allow or Deny");
        }
        mustHaveOne(property, "Action", "NotAction");
        if (kind == Kind.OF_RESOURCE) {
            mustHaveOne(property, "Principal", "NotPrincipal");
        } else {
            mustHaveOne(property, "Resource", "NotResource");
        }
        return new Statement(property, written.equals("Allow"));
    }

    /** AWS refuses a statement that lacks an element or has it both ways; read as if it were fine, it would say too little. */
    private static void mustHaveOne(Property statement, String element, String opposite) {
        if (isEmpty(statement.field(element)) == isEmpty(statement.field(opposite))) {
            throw statement.refused("a statement with either " + element + " or " + opposite);
        }
    }

    private static boolean isEmpty(Property element) {
        return element.mustBeAbsent("") instanceof Finding.Compliant;
    }

    /** Whether it allows; else it denies. */
    public boolean allows() {
        return allows;
    }

    /** Where it stands. */
    public Property property() {
        return property;
    }

    /** Whether it speaks of everything but some actions. */
    public boolean hasNotAction() {
        return !property.field("NotAction").isAbsent();
    }

    /** The actions it speaks of, in lower case, as IAM compares them. */
    public List<String> actions() {
        return property.field("Action").texts().stream()
                .map(action -> action.toLowerCase(Locale.ROOT))
                .toList();
    }

    /** Whether it speaks of every action of every service. */
    public boolean coversEveryAction() {
        return hasNotAction() || actions().stream().anyMatch(action -> Glob.matches(action, ANYTHING + ":" + ANYTHING));
    }

    /** Whether it speaks of every action of one service. */
    public boolean coversService(String service) {
        return (allows && hasNotAction())
                ? notActions().stream().noneMatch(except -> Glob.matches(except, service + ":" + ANYTHING))
                : coversActions(service + ":*");
    }

    /** Whether it speaks of every action that a pattern matches. */
    public boolean coversActions(String pattern) {
        String all = pattern.toLowerCase(Locale.ROOT).replace("*", ANYTHING);
        return hasNotAction()
                ? notActions().stream().noneMatch(except -> Glob.intersect(except, pattern.toLowerCase(Locale.ROOT)))
                : actions().stream().anyMatch(action -> Glob.matches(action, all));
    }

    /** Whether it speaks of some action that matches one of the patterns. */
    public boolean touches(List<String> patterns) {
        return patterns.stream()
                .map(pattern -> pattern.toLowerCase(Locale.ROOT))
                .anyMatch(pattern -> hasNotAction()
                        ? notActions().stream()
                                .noneMatch(except -> Glob.matches(except, pattern.replace("*", ANYTHING)))
                        : actions().stream().anyMatch(action -> Glob.intersect(action, pattern)));
    }

    private List<String> notActions() {
        return property.field("NotAction").texts().stream()
                .map(action -> action.toLowerCase(Locale.ROOT))
                .toList();
    }

    /** Whether it speaks of every resource, of any service, at least in one account. A statement of all but some resources does. */
    public boolean coversEveryResource() {
        return coversAny(ANYTHING, List.of(ANYTHING, ""), List.of(ANYTHING));
    }

    /** Whether it speaks of every resource of one service, at least in one account. */
    public boolean coversEveryResourceOf(String service) {
        return coversAny(
                service,
                List.of(ANYTHING, ""),
                service.equals("s3") ? List.of(ANYTHING, ANYTHING + "/" + ANYTHING) : List.of(ANYTHING));
    }

    /** Whether it speaks of every resource of one kind, such as {@code role/} of {@code iam}, at least in one account. */
    public boolean coversEveryOf(String service, String prefix) {
        return coversAny(service, List.of(ANYTHING, ""), List.of(prefix + ANYTHING));
    }

    private boolean coversAny(String service, List<String> regions, List<String> resources) {
        for (String partition : PARTITIONS) {
            for (String region : regions) {
                for (String account : List.of(ANYTHING, "", ACCOUNT)) {
                    for (String resource : resources) {
                        if (coversResource(String.join(":", "arn", partition, service, region, account, resource))) {
                            return true;
                        }
                    }
                }
            }
        }
        return false;
    }

    /** Whether it speaks of a resource. */
    public boolean coversResource(String arn) {
        Property except = property.field("NotResource");
        if (!allows && !except.isAbsent()) {
            return except.texts().stream().noneMatch(pattern -> Glob.intersect(pattern, arn));
        }
        return !except.isAbsent()
                || property.field("Resource").texts().stream()
                        .anyMatch(pattern -> Glob.matches(pattern, arn) || Glob.matches(inSomeAccount(pattern), arn));
    }

    /** Whether it may speak of something that a pattern of ARNs matches. */
    public boolean touchesResource(String pattern) {
        return !property.field("NotResource").isAbsent()
                || property.field("Resource").texts().stream().anyMatch(own -> Glob.intersect(own, pattern));
    }

    /** All of one account is as much as anybody of that account can have. */
    private static String inSomeAccount(String pattern) {
        return OF_ACCOUNT.matcher(pattern).replaceFirst("$1" + ACCOUNT + "$2");
    }

    /** Whether it speaks of everything in a resource, such as the objects of a bucket. */
    public boolean coversAllWithin(String arn) {
        return coversResource(arn + ANYTHING);
    }

    /** Whether it speaks of everyone: a principal with a wildcard, or everyone but some. */
    public boolean coversEveryone() {
        return !property.field("NotPrincipal").isAbsent()
                || principals().stream().anyMatch(principal -> principal.name().contains("*"));
    }

    /** Whether it speaks of everyone without exception, as a Deny must. */
    public boolean isOfEveryone() {
        return principals().stream()
                .anyMatch(principal ->
                        principal.kind().equals("AWS") && principal.name().equals("*"));
    }

    /** The principals it names. */
    public List<Principal> principals() {
        Property written = property.field("Principal");
        if (written.isAbsent()) {
            return List.of();
        }
        if (written.value() instanceof dev.phigate.policies.Value.Text || written.isUnknown()) {
            return List.of(new Principal("AWS", written.text().orElse("")));
        }
        List<Principal> principals = new ArrayList<>();
        for (Property kind : written.entries()) {
            String name = kind.path().substring(kind.path().lastIndexOf('.') + 1);
            kind.texts().forEach(principal -> principals.add(new Principal(name, principal)));
        }
        return principals;
    }

    /** The conditions, all of which must hold for the statement to count. */
    public List<Condition> conditions() {
        return property.field("Condition").entries().stream()
                .flatMap(operator -> operator.entries().stream().map(key -> Condition.read(operator, key)))
                .toList();
    }

    /** Whether all its conditions are of a kind; also when it has none. */
    public boolean hasNoConditionBut(Predicate<Condition> kind) {
        return conditions().stream().allMatch(kind);
    }

    /** The statement's only condition is one of a kind. */
    public boolean hasOnlyCondition(Predicate<Condition> kind) {
        List<Condition> conditions = conditions();
        return conditions.size() == 1 && kind.test(conditions.getFirst());
    }

    /** Whether one of its conditions lets in only those that an organization, an account or a network names. */
    public boolean isNarrowedTo(Set<String> keys) {
        return conditions().stream().anyMatch(condition -> condition.narrows(keys));
    }

    /** A violation at one element of the statement. */
    public Finding violates(String element, String wanted) {
        return property.field(element).isAbsent()
                ? property.violates(wanted)
                : property.field(element).violates(wanted);
    }

    /** The kinds of principals that a statement names: {@code AWS}, {@code Service}, {@code Federated} or {@code CanonicalUser}. */
    public record Principal(String kind, String name) {
        /** Whether it is a whole account. */
        public boolean isAccount() {
            return kind.equals("AWS") && (name.matches("\\d{12}") || name.matches("arn:aws[a-z-]*:iam::\\d{12}:root"));
        }

        /** Whether it is a role, or a session of one. */
        public boolean isRole() {
            return kind.equals("AWS")
                    && (name.matches("arn:aws[a-z-]*:iam::\\d{12}:role/.+")
                            || name.matches("arn:aws[a-z-]*:sts::\\d{12}:assumed-role/.+"));
        }
    }

    /** Every one of the resources it names. */
    public Stream<String> resources() {
        return property.field("Resource").texts().stream();
    }
}
