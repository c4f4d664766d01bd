package dev.phigate.balancer.upstream.guard;

import dev.phigate.settings.Section;
import java.time.Duration;

/**
 * When an upstream as a whole counts as broken. Without it, only its hosts do.
 *
 * @param percent how many of 100 requests must fail: not answered, or answered 502, 503 or 504; default 50
 * @param atLeast how many requests there must be before that is judged; default 20
 * @param within in which time they are counted; default 10s
 * @param openFor how long requests are then refused; default 5s
 * @param trials how many requests must succeed after that, one after the other or at once; default 3
 */
public record BreakerConfig(int percent, int atLeast, Duration within, Duration openFor, int trials) {
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofHours(1);

    /** Reads the section {@code breaker} of an upstream. */
    public static BreakerConfig read(Section section) {
        return new BreakerConfig(
                section.integer("percent").between(1, 100).orElse(50),
                section.integer("atLeast").between(1, 1_000_000).orElse(20),
                section.duration("within").between(SHORTEST, LONGEST).orElse(Duration.ofSeconds(10)),
                section.duration("openFor").between(SHORTEST, LONGEST).orElse(Duration.ofSeconds(5)),
                section.integer("trials").between(1, 1000).orElse(3));
    }
}
