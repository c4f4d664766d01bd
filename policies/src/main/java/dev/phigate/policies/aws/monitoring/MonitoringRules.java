package dev.phigate.policies.aws.monitoring;

import static dev.phigate.policies.pack.Citation.S164_308_A_1_II_A;
import static dev.phigate.policies.pack.Citation.S164_308_A_1_II_B;
import static dev.phigate.policies.pack.Citation.S164_308_A_1_II_D;
import static dev.phigate.policies.pack.Citation.S164_308_A_4_I;
import static dev.phigate.policies.pack.Citation.S164_308_A_4_II_C;
import static dev.phigate.policies.pack.Citation.S164_308_A_5_II_B;
import static dev.phigate.policies.pack.Citation.S164_308_A_5_II_C;
import static dev.phigate.policies.pack.Citation.S164_308_A_6_II;
import static dev.phigate.policies.pack.Citation.S164_308_A_8;
import static dev.phigate.policies.pack.Citation.S164_312_B;
import static dev.phigate.policies.pack.Rule.rule;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.aws.Baseline;
import dev.phigate.policies.aws.Events;
import dev.phigate.policies.aws.MetricFilters;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.util.List;
import java.util.Map;

/** Rules on alarms, intrusion detection and security services. */
public final class MonitoringRules {
    private static final String ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
    private static final String DETECTOR = "aws:guardduty/detector:Detector";
    private static final String FEATURE = "aws:guardduty/detectorFeature:DetectorFeature";
    private static final String ROOT_USE = "root use";
    private static final List<String> FEATURES = List.of(
            "S3_DATA_EVENTS", "EKS_AUDIT_LOGS", "EBS_MALWARE_PROTECTION", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS");

    /** What must raise an alarm, and the words of CloudTrail events that a filter for it has: one of each list. */
    private static final Map<String, List<String>> EVENTS = Map.ofEntries(
            Map.entry("unauthorized calls", List.of("UnauthorizedOperation", "AccessDenied")),
            Map.entry("sign-in failures", List.of("Failed authentication")),
            Map.entry("sign-in without MFA", List.of("additionalEventData.MFAUsed")),
            Map.entry(ROOT_USE, List.of("userIdentity.type")),
            Map.entry("IAM policy changes", List.of("PutRolePolicy", "CreatePolicy", "AttachRolePolicy")),
            Map.entry("CloudTrail changes", List.of("StopLogging", "DeleteTrail", "UpdateTrail")),
            Map.entry("KMS key deletion", List.of("ScheduleKeyDeletion", "DisableKey")),
            Map.entry("S3 policy changes", List.of("PutBucketPolicy", "PutBucketAcl")),
            Map.entry("security group changes", List.of("AuthorizeSecurityGroupIngress")),
            Map.entry("network ACL changes", List.of("CreateNetworkAcl", "ReplaceNetworkAclEntry")),
            Map.entry(
                    "gateway changes",
                    List.of("AttachInternetGateway", "CreateInternetGateway", "CreateCustomerGateway")),
            Map.entry("route table changes", List.of("CreateRoute", "ReplaceRoute")),
            Map.entry("VPC changes", List.of("CreateVpc", "DeleteVpc", "ModifyVpcAttribute")),
            Map.entry(
                    "load balancer changes",
                    List.of("elasticloadbalancing.amazonaws.com", "ModifyListener", "DeleteLoadBalancer")));

    private MonitoringRules() {}

    /** The rows of this family. */
    public static List<Rule> table(Tuning tuning) {
        String meaning = "whether the stack owns an account, though it is not tagged so";
        boolean alarms = tuning.flag("aws-security-event-alarms", "accountBaseline", false, meaning);
        boolean services = tuning.flag("aws-security-services-present", "accountBaseline", false, meaning);
        boolean analyzers = tuning.flag("aws-access-analyzer-enabled", "accountBaseline", false, meaning);
        return List.of(
                rule("aws-cloudwatch-alarm-actions", MonitoringRules::notifiesSomeone)
                        .on(ALARM)
                        .cites(S164_308_A_6_II, S164_308_A_1_II_D)
                        .fix("alarmActions: [${topic.arn}]"),
                stackRule(
                                "aws-security-event-alarms",
                                (_, stack) -> Baseline.of(stack, alarms, MonitoringRules::alarmsOnEvents))
                        .on(Stack.TYPE)
                        .cites(S164_308_A_5_II_C, S164_308_A_1_II_D, S164_308_A_6_II, S164_312_B)
                        .fix(
                                "a LogMetricFilter with logGroupName: ${trail.name}, pattern: '{ $.eventName = ScheduleKeyDeletion }', metricTransformation: {name: KeyDeletion, ...}, and a MetricAlarm with metricName: KeyDeletion, for each event"),
                stackRule("aws-guardduty-enabled", MonitoringRules::detects)
                        .on(DETECTOR, FEATURE)
                        .cites(
                                S164_308_A_1_II_B,
                                S164_308_A_1_II_D,
                                S164_308_A_6_II,
                                S164_308_A_5_II_B,
                                S164_308_A_5_II_C)
                        .fix(
                                "enable: true, findingPublishingFrequency: FIFTEEN_MINUTES, and a DetectorFeature with status: ENABLED for each of "
                                        + String.join(", ", FEATURES))
                        .fix(FEATURE, "status: ENABLED"),
                stackRule(
                                "aws-security-services-present",
                                (_, stack) -> Baseline.of(stack, services, MonitoringRules::hasServices))
                        .on(Stack.TYPE)
                        .cites(S164_308_A_1_II_A, S164_308_A_1_II_B, S164_308_A_6_II, S164_308_A_8)
                        .fix(
                                "a securityhub Account, a macie2 Account with status: ENABLED, an inspector2 Enabler, and an EventRule on source aws.guardduty or aws.securityhub with an EventTarget"),
                stackRule(
                                "aws-access-analyzer-enabled",
                                (_, stack) -> Baseline.of(stack, analyzers, MonitoringRules::analyzesAccess))
                        .on(Stack.TYPE)
                        .cites(S164_308_A_4_I, S164_308_A_4_II_C, S164_308_A_8)
                        .fix("an accessanalyzer Analyzer with type: ACCOUNT"));
    }

    private static Finding notifiesSomeone(Resource alarm) {
        return Finding.all(
                () -> alarm.at("actionsEnabled").orWhenAbsent(true).mustBe(true),
                () -> alarm.at("alarmActions").mustBePresent("whom to notify"));
    }

    private static Finding alarmsOnEvents(Stack stack) {
        return Finding.each(
                EVENTS.keySet().stream().sorted(),
                event -> new Stack.Referrers(
                                stack.ofType(MetricFilters.FILTER)
                                        .filter(filter -> isFor(filter, event))
                                        .toList(),
                                List.of())
                        .one(
                                "a LogMetricFilter for " + event + ", with an alarm",
                                filter -> MetricFilters.isAlarmed(filter, stack)));
    }

    /** Root's use is told by who the user is; the other events each by the name of one call among several. */
    private static boolean isFor(Resource filter, String event) {
        return event.equals(ROOT_USE)
                ? MetricFilters.isOn(filter, "userIdentity.type", "Root")
                : EVENTS.getOrDefault(event, List.of()).stream().anyMatch(word -> MetricFilters.isOn(filter, word));
    }

    private static Finding detects(Resource resource, Stack stack) {
        if (resource.kind().equals(FEATURE)) {
            return resource.at("name").text().filter(FEATURES::contains).isPresent()
                    ? resource.at("status").mustBe("ENABLED")
                    : Finding.notApplicable("none of the protection plans that the rule asks for");
        }
        Stack.Referrers features = stack.referring(resource, FEATURE, "detectorId");
        return Finding.all(
                () -> resource.at("enable").orWhenAbsent(true).mustBe(true),
                () -> resource.at("findingPublishingFrequency").mustBe("FIFTEEN_MINUTES"),
                () -> Finding.each(
                        FEATURES.stream(),
                        feature -> features.where(candidate -> candidate
                                        .at("name")
                                        .text()
                                        .filter(feature::equals)
                                        .isPresent())
                                .one(
                                        "a DetectorFeature " + feature,
                                        candidate -> candidate.at("status").mustBe("ENABLED"))));
    }

    private static Finding hasServices(Stack stack) {
        return Finding.all(
                () -> Baseline.has(
                        stack, "aws:securityhub/account:Account", "a securityhub Account", _ -> Finding.compliant()),
                () -> Baseline.has(
                        stack,
                        "aws:macie2/account:Account",
                        "a macie2 Account",
                        account -> account.at("status").orWhenAbsent("ENABLED").mustBe("ENABLED")),
                () -> Baseline.has(
                        stack,
                        "aws:inspector2/enabler:Enabler",
                        "an inspector2 Enabler",
                        enabler -> enabler.at("resourceTypes").mustBePresent("what is inspected")),
                () -> new Stack.Referrers(
                                stack.ofType(Events.RULE)
                                        .filter(MonitoringRules::isOfFindings)
                                        .toList(),
                                List.of())
                        .one(
                                "an EventRule on findings of GuardDuty or Security Hub, with a target",
                                rule -> Events.tellsSomeone(rule, stack)));
    }

    private static boolean isOfFindings(Resource rule) {
        return Events.pattern(rule).at("source").hasAny("aws.guardduty", "aws.securityhub");
    }

    /** Analyzers of unused access look for something else: who of the account no longer needs what they have. */
    private static Finding analyzesAccess(Stack stack) {
        return Baseline.has(
                stack,
                "aws:accessanalyzer/analyzer:Analyzer",
                "an Analyzer of the account or organization",
                analyzer ->
                        analyzer.at("type").orWhenAbsent("ACCOUNT").mustBeOneOf(List.of("ACCOUNT", "ORGANIZATION")));
    }
}
