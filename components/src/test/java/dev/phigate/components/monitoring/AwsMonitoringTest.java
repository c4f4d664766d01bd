package dev.phigate.components.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.pulumi.core.Output;
import dev.phigate.components.aws.AwsInventory;
import dev.phigate.components.fleet.AwsFleetOutputs;
import dev.phigate.components.vpn.AwsVpnOutputs;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("N7")
final class AwsMonitoringTest {
    private static final String TOPIC = "aws:sns/topic:Topic";
    private static final String ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
    private static final String FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter";

    private static final MonitoringPlan PLAN =
            MonitoringPlan.of(new MonitoringIntent(List.of("security@clinic.example")), "clinic", "clinic-break-glass");
    private static final AwsFleetOutputs FLEET = new AwsFleetOutputs(
            Output.of("https://ehr.clinic.example/"),
            Output.of("dns"),
            Output.of("net/clinic-entry/1"),
            Map.of("https", Output.of("targetgroup/clinic-https/2")),
            Output.of("clinic-balancers"),
            Output.of("ami-1"),
            Output.of("clinic-records"),
            Output.of("clinic-records-replica"));
    private static final AwsVpnOutputs VPN =
            new AwsVpnOutputs(Output.of("vgw"), Map.of("lab", Output.of("vpn-1")), Map.of(), Output.of("log"));

    private static AwsInventory inventory() {
        return AwsInventory.of(site -> new AwsMonitoring(
                "monitoring",
                PLAN,
                new AwsMonitoring.Watched(AwsInventory.trail(site), FLEET, VPN),
                AwsInventory.keys(),
                site));
    }

    @Test
    void monitoringIsTheseResourcesAndNoOthers() {
        int events = PLAN.events().size();
        try (AwsInventory inventory = inventory()) {
            assertThat(inventory.types())
                    .isEqualTo(Map.of(
                            "phigate:components:Monitoring",
                            1,
                            TOPIC,
                            1,
                            "aws:sns/topicSubscription:TopicSubscription",
                            1,
                            FILTER,
                            events,
                            ALARM,
                            events + 3,
                            "aws:cloudwatch/eventRule:EventRule",
                            PLAN.findings().size(),
                            "aws:cloudwatch/eventTarget:EventTarget",
                            PLAN.findings().size()));
        }
    }

    @Test
    void theTopicIsEncryptedAndOnlyAlarmsAndRulesOfThisEnvironmentPublishToIt() {
        try (AwsInventory inventory = inventory()) {
            assertThat(inventory.inputs(TOPIC, "monitoring"))
                    .containsEntry("kmsMasterKeyId", "key-home-audit")
                    .containsEntry("name", "clinic-alarms")
                    .hasEntrySatisfying(
                            "policy",
                            policy -> assertThat((String) policy)
                                    .doesNotContain("\"AWS\"")
                                    .contains(
                                            "\"Service\":\"cloudwatch.amazonaws.com\"",
                                            "\"Service\":\"events.amazonaws.com\"",
                                            "arn:aws:sns:us-east-1:123456789012:clinic-alarms",
                                            "arn:aws:cloudwatch:us-east-1:123456789012:alarm:clinic-*",
                                            "arn:aws:events:us-east-1:123456789012:rule/clinic-*"));
        }
    }

    @Test
    void everyEventOfTheTrailHasAFilterAndAnAlarmOnItsMetric() {
        try (AwsInventory inventory = inventory()) {
            for (TrailEvent event : PLAN.events()) {
                Map<String, Object> filter = inventory.inputs(FILTER, event.name());
                Map<String, Object> alarm = inventory.inputs(ALARM, event.name());
                assertThat(filter)
                        .containsEntry("logGroupName", "clinic-trail-1")
                        .containsEntry("pattern", event.pattern());
                assertThat(alarm.get("metricName")).isEqualTo(AwsInventory.at(filter, "metricTransformation", "name"));
                assertThat(alarm.get("namespace"))
                        .isEqualTo(AwsInventory.at(filter, "metricTransformation", "namespace"));
            }
        }
    }

    @Test
    void everyAlarmTellsTheTopic() {
        try (AwsInventory inventory = inventory()) {
            inventory
                    .all(ALARM)
                    .values()
                    .forEach(alarm -> assertThat(alarm)
                            .containsEntry("alarmActions", List.of("arn:monitoring"))
                            .doesNotContainEntry("actionsEnabled", false));
            inventory
                    .all("aws:cloudwatch/eventTarget:EventTarget")
                    .values()
                    .forEach(target -> assertThat(target).containsEntry("arn", "arn:monitoring"));
        }
    }

    @Test
    void aFleetWithoutHealthyMachinesIsAnAlarmEvenWhenNothingIsMeasured() {
        try (AwsInventory inventory = inventory()) {
            assertThat(inventory.inputs(ALARM, "balancers-gone-https"))
                    .containsEntry("metricName", "HealthyHostCount")
                    .containsEntry("treatMissingData", "breaching")
                    .containsEntry(
                            "dimensions",
                            Map.of(
                                    "LoadBalancer", "net/clinic-entry/1",
                                    "TargetGroup", "targetgroup/clinic-https/2"));
        }
    }

    @Test
    @Tag("N5")
    void aTunnelThatIsDownIsAnAlarm() {
        try (AwsInventory inventory = inventory()) {
            assertThat(inventory.inputs(ALARM, "tunnels-down-lab"))
                    .containsEntry("metricName", "TunnelState")
                    .containsEntry("comparisonOperator", "LessThanThreshold")
                    .containsEntry("threshold", 1.0)
                    .containsEntry("dimensions", Map.of("VpnId", "vpn-1"));
        }
    }
}
