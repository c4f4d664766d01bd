package dev.phigate.policies.any;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Regions;
import dev.phigate.policies.Relation;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Stack.Reference;
import dev.phigate.policies.Tags;
import dev.phigate.policies.aws.backup.VaultPlaces;
import dev.phigate.policies.aws.document.Glob;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The copies in a second region that AWS Backup makes of what a selection selects. */
final class BackupCopies {
    private static final String PLAN = "aws:backup/plan:Plan";
    private static final String SELECTION = "aws:backup/selection:Selection";
    private static final Relation SELECTS =
            Relation.by(selection -> selection.at("resources").items().stream(), SELECTION);

    private BackupCopies() {}

    /** A store must be selected, by its ARN, by a pattern of ARNs or by one of its tags, in a plan that copies to another region. */
    static Finding of(Resource store, Stack stack) {
        List<Resource> copying = selections(Reference.YES, stack);
        List<Resource> open = selections(Reference.MAYBE, stack);
        if (selected(store, copying)) {
            return Finding.compliant();
        }
        Stack.Referrers selections = stack.referring(store, SELECTS);
        boolean maybe =
                selected(store, open) || !selections.where(open::contains).isEmpty();
        return selections
                .where(copying::contains)
                .exist("a backup selection")
                .unless(() -> maybe
                        ? Finding.undecidable("", "whether the plan of its backup selection copies is not known yet")
                        : Finding.violation("", "none in this stack", "a backup selection"));
    }

    private static boolean selected(Resource store, List<Resource> selections) {
        return selections.stream()
                .anyMatch(selection -> selectsByTag(selection, store) || selectsByPattern(selection, store));
    }

    /** The selections whose plans copy, or may. */
    private static List<Resource> selections(Reference copies, Stack stack) {
        return stack.derived(
                "selections of plans that copy: " + copies,
                all -> all.ofType(SELECTION)
                        .filter(selection -> copies(selection, all) == copies)
                        .toList());
    }

    private static Reference copies(Resource selection, Stack stack) {
        Stack.Referrers plans = stack.referred(selection.at("planId"), PLAN);
        Set<Reference> certain =
                plans.certain().stream().map(plan -> planCopies(plan, stack)).collect(Collectors.toSet());
        if (certain.contains(Reference.YES)) {
            return Reference.YES;
        }
        boolean maybe = certain.contains(Reference.MAYBE)
                || plans.possible().stream().anyMatch(plan -> planCopies(plan, stack) != Reference.NO);
        return maybe ? Reference.MAYBE : Reference.NO;
    }

    /** Every rule counts that copies, unless all its copies stay in the plan's region. */
    private static Reference planCopies(Resource plan, Stack stack) {
        String home = Regions.of(plan);
        Set<Reference> copies = plan.at("rules").items().stream()
                .flatMap(rule -> rule.at("copyActions").items().stream())
                .map(action -> action.at("destinationVaultArn"))
                .filter(vault -> !vault.isAbsent())
                .map(vault -> VaultPlaces.isElsewhere(vault, home, stack))
                .collect(Collectors.toSet());
        if (copies.contains(Reference.YES)) {
            return Reference.YES;
        }
        return copies.contains(Reference.MAYBE) ? Reference.MAYBE : Reference.NO;
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
