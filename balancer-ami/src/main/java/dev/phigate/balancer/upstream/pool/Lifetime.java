package dev.phigate.balancer.upstream.pool;

import java.time.Duration;

/**
 * How long a connection may be given to requests, as moments of {@link System#nanoTime()}. It is the configured age less up to a tenth,
 * drawn by lot: connections that were made together, by a fleet that was started or after a host came back, do not all end together.
 *
 * @param renewal from when on a connection that is in use gets its successor, so that no request waits for that
 * @param end from when on it is given to no request any more
 */
public record Lifetime(long renewal, long end) {
    private static final double LOT = 0.1;
    private static final Duration LONGEST_RENEWAL = Duration.ofSeconds(5);

    /**
     * The lifetime of a connection.
     *
     * @param made when it was made
     * @param age how old it may become at most
     * @param lot what was drawn, from 0 to less than 1
     */
    public static Lifetime of(long made, Duration age, double lot) {
        long end = made + age.toNanos() - (long) (age.toNanos() * LOT * lot);
        return new Lifetime(end - renewal(age).toNanos(), end);
    }

    /** How long before its end a connection is renewed: as long as a slow handshake takes, and never most of its life. */
    public static Duration renewal(Duration age) {
        Duration part = age.dividedBy(10);
        return part.compareTo(LONGEST_RENEWAL) < 0 ? part : LONGEST_RENEWAL;
    }

    /** Whether it is time to make the successor. */
    public boolean renews(long now) {
        return now - renewal >= 0;
    }

    /** Whether it is over. */
    public boolean over(long now) {
        return now - end >= 0;
    }
}
