package dev.phigate.policies;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The tags or labels of a resource, in any of the forms that providers have. */
public final class Tags {
    private Tags() {}

    /**
     * The tag of a key, from the resource or else from its provider's default tags.
     *
     * @throws RuntimeException which ends the question as undecidable, when the tags are not known yet
     */
    public static Property of(Resource resource, String key) {
        for (String property : List.of("tags", "labels", "userLabels", "resourceLabels")) {
            Property tag = entry(resource.at(property), key);
            if (!tag.isAbsent()) {
                return tag;
            }
        }
        Property tags = resource.at("tags");
        return resource.provider()
                .map(provider ->
                        new Property("provider.defaultTags", provider.inputs().get("defaultTags"), Set.of()))
                .filter(defaults -> !defaults.isAbsent())
                .map(defaults -> entry(defaults.json("default tags").at("tags"), key))
                .orElseGet(() -> new Property(tags.path() + "." + key, Value.ABSENT, Set.of()));
    }

    /** Whether a tag has a value. */
    public static boolean is(Resource resource, String key, String value) {
        return of(resource, key).text().filter(value::equals).isPresent();
    }

    /** How the resource is classified: phi, confidential, internal or public; empty when it does not say. */
    public static Optional<String> classification(Resource resource) {
        Property tag = of(resource, "dataClassification");
        return tag.isAbsent() ? of(resource, "data-classification").text() : tag.text();
    }

    /** The same for a look at many resources: empty also when it is not known yet. */
    public static Optional<String> knownClassification(Resource resource) {
        try {
            return classification(resource);
        } catch (Unanswered e) {
            return Optional.empty();
        }
    }

    /** Whether it is not known yet how the resource is classified. */
    public static boolean isUnclear(Resource resource) {
        try {
            classification(resource);
            return false;
        } catch (Unanswered e) {
            return e.finding() instanceof Finding.Undecidable;
        }
    }

    /** Whether it holds electronic protected health information, in whichever case that is written. */
    public static boolean isPhi(Resource resource) {
        return classification(resource).filter("phi"::equalsIgnoreCase).isPresent();
    }

    /** Auto scaling groups write tags as a list of keys and values. */
    private static Property entry(Property tags, String key) {
        if (tags.value() instanceof Value.Items) {
            return tags.items().stream()
                    .filter(tag -> tag.at("key").text().filter(key::equals).isPresent())
                    .map(tag -> tag.at("value"))
                    .findFirst()
                    .orElseGet(() -> new Property(tags.path() + "." + key, Value.ABSENT, Set.of()));
        }
        return tags.field(key);
    }
}
