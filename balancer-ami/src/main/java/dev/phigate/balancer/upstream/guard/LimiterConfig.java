package dev.phigate.balancer.upstream.guard;

import dev.phigate.settings.Section;
import java.time.Duration;

/**
 * How many requests may wait for an answer at once, found out by how long answers take. Without it, only fixed limits hold.
 *
 * @param target how long answers take on average, up to their first byte, while there are not too many; no default, because only who
 *     knows the workload can say
 * @param least so many may always wait; default 16
 * @param most so many may wait at most, and at first; default 1000
 */
public record LimiterConfig(Duration target, int least, int most) {
    private static final int LARGEST = 1_000_000;

    /** Reads a section {@code adaptive}. */
    public static LimiterConfig read(Section section) {
        Duration target = section.duration("target")
                .between(Duration.ofMillis(1), Duration.ofMinutes(5))
                .required();
        int most = section.integer("most").between(1, LARGEST).orElse(1000);
        int least = section.integer("least").between(1, LARGEST).orElse(Math.min(16, most));
        if (least > most) {
            section.problem("least", least + " is more than most, " + most + " (expected: at most as many)");
        }
        return new LimiterConfig(target, Math.min(least, most), most);
    }
}
