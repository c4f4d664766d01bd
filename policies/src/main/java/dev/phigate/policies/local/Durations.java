package dev.phigate.policies.local;

import java.math.BigInteger;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as the balancer's configuration writes them: {@code 250ms}, {@code 30s}, {@code 5m}, {@code 12h}, {@code 730d}. */
final class Durations {
    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");
    private static final Map<String, Long> MILLISECONDS =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

    private Durations() {}

    /** Whether a text is a duration of more than nothing and at most so many seconds. */
    static boolean isWithin(String written, long mostSeconds) {
        Matcher matcher = WRITTEN.matcher(written);
        if (!matcher.matches()) {
            return false;
        }
        BigInteger millis = new BigInteger(matcher.group(1))
                .multiply(BigInteger.valueOf(MILLISECONDS.getOrDefault(matcher.group(2), 0L)));
        return millis.signum() > 0 && millis.compareTo(BigInteger.valueOf(mostSeconds * 1_000)) <= 0;
    }
}
