package dev.phigate.balancer.upstream;

import dev.phigate.settings.Section;
import java.time.Duration;
import java.util.Optional;

/**
 * How long things may take on the way to a host and back.
 *
 * @param connect how long a connection may take including its handshake, and how long to wait for one when all are in use;
 *     default 2s
 * @param firstByte how long a host may take to begin its answer once it has the request; default 30s
 * @param pause how long a host may pause within its answer; default as long as the whole exchange may take
 * @param total how long the whole exchange may take; default 60s
 */
public record Timeouts(Duration connect, Duration firstByte, Duration pause, Duration total) {
    private static final Duration LONGEST = Duration.ofDays(1);

    /**
     * What a route says otherwise than its upstream; what is absent stays.
     *
     * @param firstByte see {@link Timeouts}
     * @param pause see {@link Timeouts}
     * @param total see {@link Timeouts}
     */
    public record Otherwise(Optional<Duration> firstByte, Optional<Duration> pause, Optional<Duration> total) {
        /** Reads the section {@code timeouts} of a route. */
        public static Otherwise read(Section section) {
            return new Otherwise(time(section, "firstByte"), time(section, "idle"), time(section, "total"));
        }
    }

    /** Reads the section {@code timeouts} of an upstream. */
    static Timeouts read(Section section) {
        return new Timeouts(
                time(section, "connect").orElse(Duration.ofSeconds(2)),
                time(section, "firstByte").orElse(Duration.ofSeconds(30)),
                time(section, "idle").orElse(LONGEST),
                time(section, "total").orElse(Duration.ofSeconds(60)));
    }

    private static Optional<Duration> time(Section section, String key) {
        return section.duration(key).between(Duration.ofMillis(1), LONGEST).optional();
    }

    /** The same with what a route says otherwise. */
    public Timeouts with(Otherwise otherwise) {
        return new Timeouts(
                connect,
                otherwise.firstByte().orElse(firstByte),
                otherwise.pause().orElse(pause),
                otherwise.total().orElse(total));
    }
}
