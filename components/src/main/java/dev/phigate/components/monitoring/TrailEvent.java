package dev.phigate.components.monitoring;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Something in the record of API calls that a person must look at.
 *
 * @param name unique; part of the names of its filter and its alarm
 * @param meaning what happened, as the alarm says it
 * @param pattern which records of CloudTrail show it, in the filter language of CloudWatch Logs
 * @param threshold how often within five minutes; once, unless people mistype
 */
record TrailEvent(String name, String meaning, String pattern, int threshold) {
    /** The longest pattern that CloudWatch Logs takes. */
    static final int LONGEST_PATTERN = 1024;

    /** Refuses a pattern that the service would refuse. */
    TrailEvent {
        if (pattern.length() > LONGEST_PATTERN) {
            throw new IllegalArgumentException(
                    name + ": " + pattern.length() + " characters (expected: at most " + LONGEST_PATTERN + ")");
        }
    }

    /** Any of these calls. */
    static TrailEvent calls(String name, String meaning, String... calls) {
        return new TrailEvent(name, meaning, "{ " + anyOf(calls) + " }", 1);
    }

    /** Any of these calls to one service. */
    static TrailEvent callsTo(String service, String name, String meaning, String... calls) {
        return new TrailEvent(
                name, meaning, "{ ($.eventSource = " + service + ".amazonaws.com) && (" + anyOf(calls) + ") }", 1);
    }

    /** Records that fit a pattern of their own. */
    static TrailEvent fitting(String pattern, String name, String meaning, int threshold) {
        return new TrailEvent(name, meaning, pattern, threshold);
    }

    /** The name of its metric: its own without hyphens, in capitals. */
    String metric() {
        return List.of(name.split("-", -1)).stream()
                .map(part -> part.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + part.substring(1))
                .collect(Collectors.joining());
    }

    private static String anyOf(String... calls) {
        return Stream.of(calls).map(call -> "($.eventName = " + call + ")").collect(Collectors.joining(" || "));
    }
}
