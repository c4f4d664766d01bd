package dev.phigate.policies.any;

import static dev.phigate.policies.pack.Citation.S164_308_A_1_II_A;
import static dev.phigate.policies.pack.Citation.S164_308_A_3_II_A;
import static dev.phigate.policies.pack.Citation.S164_308_A_4_II_A;
import static dev.phigate.policies.pack.Citation.S164_316_A;
import static dev.phigate.policies.pack.Citation.S164_316_B_1_II;
import static dev.phigate.policies.pack.Citation.S164_316_B_2_I;
import static dev.phigate.policies.pack.Rule.rule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Tags;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.util.List;

/** Rules on tags: what a resource holds, whose it is, and how long it is kept. */
public final class TagRules {
    private TagRules() {}

    /** The rows of this family. */
    public static List<Rule> table(Tuning tuning) {
        List<String> classes = tuning.texts(
                "any-data-classification-tag",
                "classes",
                List.of("phi", "confidential", "internal", "public"),
                "the classifications that a resource may carry");
        int days = tuning.number(
                "any-owner-and-retention-tags",
                "retentionDays",
                2190,
                "the shortest retention of ePHI, in days; six years is a safe default, not a figure of the rule");
        return List.of(
                rule("any-data-classification-tag", resource -> isClassified(resource, classes))
                        .cites(S164_308_A_1_II_A, S164_316_A, S164_316_B_1_II, S164_308_A_4_II_A)
                        .fix(
                                "tags: {dataClassification: phi}   # or confidential, internal, public; labels: {data-classification: ...} on Google Cloud"),
                rule("any-owner-and-retention-tags", resource -> namesOwner(resource, days))
                        .cites(S164_316_B_1_II, S164_316_B_2_I, S164_308_A_3_II_A)
                        .fix("tags: {owner: ..., environment: ..., retentionDays: \"2190\"}"));
    }

    private static Finding isClassified(Resource resource, List<String> classes) {
        if (!Clouds.isCloud(resource) || !Taggable.is(resource)) {
            return Finding.notApplicable("the resource takes no tags that the pack knows of");
        }
        Property tag = Tags.of(resource, "dataClassification");
        return (tag.isAbsent() ? Tags.of(resource, "data-classification") : tag).isAbsent()
                ? tag.violates("one of " + String.join(", ", classes))
                : (tag.isAbsent() ? Tags.of(resource, "data-classification") : tag).mustBeOneOf(classes);
    }

    private static Finding namesOwner(Resource resource, int days) {
        if (!Clouds.isCloud(resource) || !Taggable.is(resource) || !Tags.isPhi(resource)) {
            return Finding.notApplicable("the resource is not classified as phi");
        }
        return Finding.all(
                () -> Tags.of(resource, "owner").mustBePresent("who owns it"),
                () -> Tags.of(resource, "environment").mustBePresent("the environment it belongs to"),
                () -> retention(resource).mustBeAtLeast(days));
    }

    private static Property retention(Resource resource) {
        Property tag = Tags.of(resource, "retentionDays");
        Property label = Tags.of(resource, "retention-days");
        return tag.isAbsent() && !label.isAbsent() ? label : tag;
    }
}
