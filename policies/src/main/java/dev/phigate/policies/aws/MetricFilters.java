package dev.phigate.policies.aws;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Relation;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Metric filters on the log of a trail, and the alarms that watch their metrics. */
public final class MetricFilters {
    /** The canonical type of a filter. */
    public static final String FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter";

    private static final String ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
    private static final String GROUP = "aws:cloudwatch/logGroup:LogGroup";
    private static final Relation LOGS_TRAIL = Relation.by("cloudWatchLogsGroupArn", "aws:cloudtrail/trail:Trail");

    private MetricFilters() {}

    /** Whether a filter's pattern has all of these words. */
    public static boolean isOn(Resource filter, String... words) {
        String pattern = filter.at("pattern").text().orElse("");
        return Stream.of(words).allMatch(pattern::contains);
    }

    /** A filter must be on the log of a trail, if the stack has one, and an alarm must watch its metric. */
    public static Finding isAlarmed(Resource filter, Stack stack) {
        Property metric = filter.at("metricTransformation");
        return Finding.all(
                () -> isOnTrail(filter.at("logGroupName"), stack),
                () -> metric.at("name").mustBePresent("the name of a metric"),
                () -> {
                    String name = metric.at("name").text().orElse("");
                    return new Stack.Referrers(alarms(stack).getOrDefault(name, List.of()), List.of())
                            .one("a MetricAlarm on the metric " + name, alarm -> isOfSpace(alarm, metric));
                });
    }

    private static Finding isOfSpace(Resource alarm, Property metric) {
        Property space = metric.at("namespace");
        return space.isAbsent() || alarm.at("namespace").isAbsent()
                ? Finding.compliant()
                : alarm.at("namespace").mustBe(space.text().orElse(""));
    }

    private static Finding isOnTrail(Property group, Stack stack) {
        List<Resource> ofTrails = stack.derived(
                "log groups of trails",
                all -> all.ofType(GROUP)
                        .filter(candidate ->
                                !all.referring(candidate, LOGS_TRAIL).certain().isEmpty())
                        .toList());
        Finding present = group.mustBePresent("the log group of the trail");
        if (ofTrails.isEmpty() || !(present instanceof Finding.Compliant)) {
            return present;
        }
        Stack.Referrers groups = stack.referred(group, GROUP);
        if (groups.isOpen()) {
            return Finding.undecidable(group.path(), "the log group is not known yet");
        }
        return groups.certain().stream().anyMatch(ofTrails::contains)
                ? Finding.compliant()
                : group.violates("the log group of the trail");
    }

    private static Map<String, List<Resource>> alarms(Stack stack) {
        return stack.derived(
                "alarms by metric",
                all -> all.ofType(ALARM)
                        .collect(Collectors.groupingBy(
                                alarm -> alarm.at("metricName").text().orElse(""))));
    }
}
