package dev.phigate.components.monitoring;

import com.pulumi.aws.cloudwatch.EventRule;
import com.pulumi.aws.cloudwatch.EventRuleArgs;
import com.pulumi.aws.cloudwatch.EventTarget;
import com.pulumi.aws.cloudwatch.EventTargetArgs;
import com.pulumi.aws.cloudwatch.LogMetricFilter;
import com.pulumi.aws.cloudwatch.LogMetricFilterArgs;
import com.pulumi.aws.cloudwatch.inputs.LogMetricFilterMetricTransformationArgs;
import com.pulumi.aws.sns.Topic;
import com.pulumi.aws.sns.TopicArgs;
import com.pulumi.aws.sns.TopicSubscription;
import com.pulumi.aws.sns.TopicSubscriptionArgs;
import com.pulumi.core.Output;
import com.pulumi.resources.ComponentResource;
import dev.phigate.components.DataClass;
import dev.phigate.components.audittrail.AwsTrailOutputs;
import dev.phigate.components.aws.AwsPlace;
import dev.phigate.components.aws.AwsSite;
import dev.phigate.components.aws.PolicyDocument;
import dev.phigate.components.aws.Statement;
import dev.phigate.components.fleet.AwsFleetOutputs;
import dev.phigate.components.keys.DataKeys;
import dev.phigate.components.vpn.AwsVpnOutputs;
import java.util.Map;

/**
 * Alarms in CloudWatch and rules in EventBridge, all to one encrypted topic. Serves 45 CFR 164.308(a)(1)(ii)(D) (activity review),
 * 164.308(a)(5)(ii)(C) (log-in monitoring), 164.308(a)(6)(ii) (response and reporting) and 164.312(b) (audit controls).
 */
public final class AwsMonitoring extends ComponentResource {
    private final AwsSite site;
    private final Topic topic;

    /**
     * What is watched.
     *
     * @param trail the record of calls
     * @param fleet the balancers and their entry
     * @param vpn the tunnels
     */
    public record Watched(AwsTrailOutputs trail, AwsFleetOutputs fleet, AwsVpnOutputs vpn) {}

    /** Renders a plan. The key of audit records encrypts what is told, which names people and what they did. */
    public AwsMonitoring(String name, MonitoringPlan plan, Watched watched, DataKeys keys, AwsSite site) {
        super("phigate:components:Monitoring", name, site.child());
        this.site = site;
        topic = topic(name, keys);
        plan.targets().forEach(this::tell);
        AwsAlarms alarms = new AwsAlarms(this, topic.arn(), site);
        for (TrailEvent event : plan.events()) {
            filter(event, plan.namespace(), watched.trail());
            alarms.onEvent(event, plan.namespace());
        }
        plan.findings().forEach(this::route);
        alarms.onFleet(watched.fleet());
        alarms.onTunnels(watched.vpn());
        registerOutputs(Map.of("topicArn", topic.arn()));
    }

    /** The topic that everything goes to. */
    public Output<String> topicArn() {
        return topic.arn();
    }

    private Topic topic(String name, DataKeys keys) {
        String called = site.name("alarms");
        return new Topic(
                name,
                TopicArgs.builder()
                        .name(called)
                        .displayName("phigate " + site.environment().name())
                        .kmsMasterKeyId(keys.arn(DataClass.AUDIT))
                        .signatureVersion(2)
                        .policy(publishers(called).json())
                        .tags(site.tags(DataClass.AUDIT))
                        .build(),
                site.childOf(this).build());
    }

    /** Alarms and rules of this account and environment may publish. Nobody else may, and no policy of the account says otherwise by itself. */
    private PolicyDocument publishers(String topicName) {
        AwsPlace place = site.place();
        String arn = place.arn("sns", topicName);
        return PolicyDocument.of(
                Statement.allow("Alarms", "sns:Publish")
                        .toService("cloudwatch.amazonaws.com")
                        .on(arn)
                        .when("StringEquals", "aws:SourceAccount", place.account())
                        .when("ArnLike", "aws:SourceArn", place.arn("cloudwatch", "alarm:" + site.name("*"))),
                Statement.allow("Rules", "sns:Publish")
                        .toService("events.amazonaws.com")
                        .on(arn)
                        .when("ArnLike", "aws:SourceArn", place.arn("events", "rule/" + site.name("*"))));
    }

    private void tell(MonitoringPlan.Target target) {
        new TopicSubscription(
                "to-" + target.endpoint(),
                TopicSubscriptionArgs.builder()
                        .topic(topic.arn())
                        .protocol(target.protocol())
                        .endpoint(target.endpoint())
                        .build(),
                site.childOf(this).build());
    }

    private void filter(TrailEvent event, String namespace, AwsTrailOutputs trail) {
        new LogMetricFilter(
                event.name(),
                LogMetricFilterArgs.builder()
                        .name(site.name(event.name()))
                        .logGroupName(trail.logGroupName())
                        .pattern(event.pattern())
                        .metricTransformation(LogMetricFilterMetricTransformationArgs.builder()
                                .name(event.metric())
                                .namespace(namespace)
                                .value("1")
                                .defaultValue("0")
                                .build())
                        .build(),
                site.childOf(this).build());
    }

    private void route(FoundByService finding) {
        String name = "found-by-" + finding.name();
        EventRule rule = new EventRule(
                name,
                EventRuleArgs.builder()
                        .name(site.name(name))
                        .description(finding.meaning())
                        .eventPattern(finding.json())
                        .state("ENABLED")
                        .tags(site.tags(DataClass.AUDIT))
                        .build(),
                site.childOf(this).build());
        new EventTarget(
                name,
                EventTargetArgs.builder()
                        .rule(rule.name())
                        .targetId("alarms")
                        .arn(topic.arn())
                        .build(),
                site.childOf(this).build());
    }
}
