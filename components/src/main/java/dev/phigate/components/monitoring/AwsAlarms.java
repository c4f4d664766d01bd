package dev.phigate.components.monitoring;

import com.pulumi.aws.cloudwatch.MetricAlarm;
import com.pulumi.aws.cloudwatch.MetricAlarmArgs;
import com.pulumi.core.Output;
import dev.phigate.components.DataClass;
import dev.phigate.components.aws.AwsSite;
import dev.phigate.components.fleet.AwsFleetOutputs;
import dev.phigate.components.vpn.AwsVpnOutputs;
import java.util.List;
import java.util.Map;

/** The alarms of an environment, all of which tell one topic. */
final class AwsAlarms {
    private static final int MINUTE = 60;
    private static final int FIVE_MINUTES = 300;
    private static final String OR_MORE = "GreaterThanOrEqualToThreshold";
    private static final String LESS = "LessThanThreshold";
    private static final String SILENCE_IS_WELL = "notBreaching";
    private static final String SILENCE_IS_AN_ALARM = "breaching";

    private final AwsMonitoring monitoring;
    private final Output<String> topic;
    private final AwsSite site;

    AwsAlarms(AwsMonitoring monitoring, Output<String> topic, AwsSite site) {
        this.monitoring = monitoring;
        this.topic = topic;
        this.site = site;
    }

    /** An event has been recorded. */
    void onEvent(TrailEvent event, String namespace) {
        alarm(
                event.name(),
                event.meaning(),
                MetricAlarmArgs.builder()
                        .namespace(namespace)
                        .metricName(event.metric())
                        .statistic("Sum")
                        .period(FIVE_MINUTES)
                        .evaluationPeriods(1)
                        .comparisonOperator(OR_MORE)
                        .threshold((double) event.threshold())
                        .treatMissingData(SILENCE_IS_WELL));
    }

    /** A balancer fails its health checks, or none is left. */
    void onFleet(AwsFleetOutputs fleet) {
        fleet.targetGroups().forEach((listener, group) -> {
            Output<Map<String, String>> dimensions = Output.tuple(fleet.entrySuffix(), group)
                    .applyValue(both -> Map.of("LoadBalancer", both.t1, "TargetGroup", both.t2));
            alarm(
                    "balancers-unhealthy-" + listener,
                    "a balancer has failed its health checks for three minutes",
                    entry("UnHealthyHostCount", "Maximum", dimensions)
                            .comparisonOperator(OR_MORE)
                            .threshold(1.0)
                            .evaluationPeriods(3)
                            .treatMissingData(SILENCE_IS_WELL));
            alarm(
                    "balancers-gone-" + listener,
                    "no balancer is healthy: nobody is served",
                    entry("HealthyHostCount", "Minimum", dimensions)
                            .comparisonOperator(LESS)
                            .threshold(1.0)
                            .evaluationPeriods(1)
                            .treatMissingData(SILENCE_IS_AN_ALARM));
        });
    }

    /** One of the two tunnels of a connection is down; their average tells. */
    void onTunnels(AwsVpnOutputs vpn) {
        vpn.connectionIds()
                .forEach((connection, id) -> alarm(
                        "tunnels-down-" + connection,
                        "a tunnel to " + connection + " has been down for a quarter of an hour",
                        MetricAlarmArgs.builder()
                                .okActions(topic.applyValue(List::of))
                                .namespace("AWS/VPN")
                                .metricName("TunnelState")
                                .dimensions(id.applyValue(each -> Map.of("VpnId", each)))
                                .statistic("Average")
                                .period(FIVE_MINUTES)
                                .evaluationPeriods(3)
                                .comparisonOperator(LESS)
                                .threshold(1.0)
                                .treatMissingData(SILENCE_IS_AN_ALARM)));
    }

    private MetricAlarmArgs.Builder entry(String metric, String statistic, Output<Map<String, String>> dimensions) {
        return MetricAlarmArgs.builder()
                .okActions(topic.applyValue(List::of))
                .namespace("AWS/NetworkELB")
                .metricName(metric)
                .dimensions(dimensions)
                .statistic(statistic)
                .period(MINUTE);
    }

    private void alarm(String name, String meaning, MetricAlarmArgs.Builder alarm) {
        new MetricAlarm(
                name,
                alarm.name(site.name(name))
                        .alarmDescription(meaning)
                        .alarmActions(topic.applyValue(List::of))
                        .tags(site.tags(DataClass.AUDIT))
                        .build(),
                site.childOf(monitoring).build());
    }
}
