package dev.phigate.policies.any;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Regions;
import dev.phigate.policies.Relation;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Tags;
import dev.phigate.policies.aws.document.Glob;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The copies in a second region that AWS Backup makes of what a selection selects. */
final class BackupCopies {
    private static final String PLAN = "aws:backup/plan:Plan";
    private static final String SELECTION = "aws:backup/selection:Selection";
    private static final Pattern ARN_REGION = Pattern.compile("arn:aws[a-z-]*:backup:([a-z0-9-]+):.*");
    private static final Relation SELECTS =
            Relation.by(selection -> selection.at("resources").items().stream(), SELECTION);

    private BackupCopies() {}

    /** A store must be selected, by its ARN, by a pattern of ARNs or by one of its tags, in a plan that copies to another region. */
    static Finding of(Resource store, Stack stack) {
        List<Resource> copying = stack.derived(
                "selections of plans that copy",
                all -> all.ofType(SELECTION)
                        .filter(selection -> all.referred(selection.at("planId"), PLAN).certain().stream()
                                .anyMatch(BackupCopies::copies))
                        .toList());
        boolean byTag = copying.stream().anyMatch(selection -> selectsByTag(selection, store));
        boolean byPattern = copying.stream().anyMatch(selection -> selectsByPattern(selection, store));
        if (byTag || byPattern) {
            return Finding.compliant();
        }
        Stack.Referrers selections = stack.referring(store, SELECTS);
        return selections
                .where(copying::contains)
                .exist("a backup selection")
                .unless(() ->
                        selections.where(selection -> mayCopy(selection, stack)).isEmpty()
                                ? Finding.violation("", "none in this stack", "a backup selection")
                                : Finding.undecidable(
                                        "", "whether the plan of its backup selection copies is not known yet"));
    }

    private static boolean mayCopy(Resource selection, Stack stack) {
        Stack.Referrers plans = stack.referred(selection.at("planId"), PLAN).where(BackupCopies::copies);
        return !plans.isEmpty();
    }

    /** Every rule counts that copies, unless all its copies stay in the plan's region. */
    private static boolean copies(Resource plan) {
        String home = Regions.of(plan);
        return plan.at("rules").items().stream()
                .flatMap(rule -> rule.at("copyActions").items().stream())
                .map(action -> action.at("destinationVaultArn"))
                .anyMatch(vault -> !vault.isAbsent() && !home.equals(region(vault)));
    }

    private static String region(Property vault) {
        boolean ofProgram = vault.isUnknown() && !vault.sources().isEmpty();
        Matcher arn = ARN_REGION.matcher(ofProgram ? "" : vault.text().orElse(""));
        return arn.matches() ? arn.group(1) : "?";
    }

    private static boolean selectsByPattern(Resource selection, Resource store) {
        Property arn = store.output("arn");
        return selection.at("resources").items().stream()
                .filter(pattern -> !pattern.isUnknown())
                .flatMap(pattern -> pattern.text().stream())
                .anyMatch(pattern -> pattern.equals("*")
                        || (!arn.isUnknown()
                                && pattern.startsWith("arn:")
                                && arn.text()
                                        .filter(text -> Glob.matches(pattern, text))
                                        .isPresent()));
    }

    private static boolean selectsByTag(Resource selection, Resource store) {
        return selection.at("selectionTags").items().stream()
                        .anyMatch(tag -> has(store, tag.at("key"), tag.at("value")))
                || selection.at("conditions").items().stream()
                        .flatMap(conditions -> conditions.either("stringEquals", "stringEqual").items().stream())
                        .anyMatch(condition -> has(store, condition.at("key"), condition.at("value")));
    }

    private static boolean has(Resource store, Property key, Property value) {
        String name = key.text().orElse("").replaceFirst("^aws:ResourceTag/", "");
        return Tags.is(store, name, value.text().orElse(""));
    }
}
