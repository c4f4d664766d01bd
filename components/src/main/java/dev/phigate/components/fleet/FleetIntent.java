package dev.phigate.components.fleet;

import dev.phigate.settings.Section;
import java.util.List;

/**
 * The machines that balancers run on, and how they are reached.
 *
 * @param size {@code size} of each: {@code small} (2 processors, 4 GiB), {@code medium} (4, 8 GiB) or {@code large} (8, 16 GiB); default small
 * @param least {@code least}: how many there are at any time, 2 or more, so that one may fail; default 2
 * @param most {@code most}: how many there may be under load, or while they are replaced; default twice as many
 * @param domain {@code domain}: the private DNS zone in which the balancer's {@code serverNames} are made known
 */
public record FleetIntent(Size size, int least, int most, String domain) {
    private static final int LEAST = 2;
    private static final int MOST = 100;
    private static final String DOMAIN =
            "(?=.{3,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]";

    /** How large a machine is. */
    public enum Size {
        /** 2 processors, 4 GiB. */
        SMALL,
        /** 4 processors, 8 GiB. */
        MEDIUM,
        /** 8 processors, 16 GiB. */
        LARGE
    }

    /**
     * Reads {@code phigate:fleet}.
     *
     * @param serverNames the names that clients reach the balancer by; each must be in the domain
     */
    public static FleetIntent read(Section section, List<String> serverNames) {
        Size size = section.choice("size", Size.class).orElse(Size.SMALL);
        int least = section.integer("least").between(LEAST, MOST).orElse(LEAST);
        int most = section.integer("most").between(LEAST, MOST).orElse(Math.min(2 * Math.max(least, LEAST), MOST));
        if (most <= least && most > 0) {
            section.problem(
                    "most",
                    most + " (expected: more than least, " + least + ": a new machine comes before an old one goes)");
        }
        String domain = section.text("domain")
                .must(text -> text.matches(DOMAIN), "a DNS zone such as ehr.clinic.example")
                .required();
        serverNames.stream()
                .filter(name -> !domain.isEmpty() && !name.equals(domain) && !name.endsWith("." + domain))
                .forEach(name -> section.problem(
                        "domain", domain + " (expected: a zone that holds " + name + " of balancer.serverNames)"));
        return new FleetIntent(size, least, most, domain);
    }
}
