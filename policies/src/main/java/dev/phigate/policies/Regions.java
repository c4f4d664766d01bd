package dev.phigate.policies;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where resources are. */
public final class Regions {
    private static final Pattern IN_ARN = Pattern.compile("arn:aws[a-z-]*:[^:]+:([a-z]{2}[a-z0-9-]+-\\d):.*");
    private static final Pattern ZONE = Pattern.compile("([a-z]{2}(?:-[a-z]+)+-\\d)[a-z]");

    private Regions() {}

    /** The region of a resource: its own setting, its zone, its provider's, or that in its ARN; empty when none of them tells. */
    public static String of(Resource resource) {
        return Stream.of(
                        known(resource.at("region")),
                        known(resource.at("location")),
                        zone(known(resource.at("availabilityZone"))),
                        resource.provider()
                                .map(provider -> known(
                                        new Property("region", provider.inputs().get("region"), Set.of())))
                                .orElse(""),
                        inArn(known(resource.output("arn"))))
                .filter(region -> !region.isEmpty())
                .findFirst()
                .orElse("");
    }

    /**
     * Whether two resources are in one region: because both tell, or because one provider serves both and neither says otherwise. Empty
     * when that cannot be told.
     */
    public static Optional<Boolean> same(Resource one, Resource other) {
        String here = of(one);
        String there = of(other);
        if (!here.isEmpty() && !there.isEmpty()) {
            return Optional.of(here.equals(there));
        }
        boolean provided = one.provider().isPresent()
                && one.provider()
                        .map(Resource.Provider::urn)
                        .equals(other.provider().map(Resource.Provider::urn));
        return provided && here.equals(there) ? Optional.of(true) : Optional.empty();
    }

    private static String known(Property property) {
        return property.value() instanceof Value.Text(String text) ? text : "";
    }

    private static String zone(String zone) {
        Matcher matcher = ZONE.matcher(zone);
        return matcher.matches() ? matcher.group(1) : "";
    }

    private static String inArn(String arn) {
        Matcher matcher = IN_ARN.matcher(arn);
        return matcher.matches() ? matcher.group(1) : "";
    }
}
