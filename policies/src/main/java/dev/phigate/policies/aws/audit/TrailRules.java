package dev.phigate.policies.aws.audit;

import static dev.phigate.policies.pack.Citation.S164_308_A_1_II_A;
import static dev.phigate.policies.pack.Citation.S164_308_A_1_II_D;
import static dev.phigate.policies.pack.Citation.S164_308_A_5_II_C;
import static dev.phigate.policies.pack.Citation.S164_308_A_6_II;
import static dev.phigate.policies.pack.Citation.S164_308_A_8;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_I;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_IV;
import static dev.phigate.policies.pack.Citation.S164_312_B;
import static dev.phigate.policies.pack.Citation.S164_312_C_1;
import static dev.phigate.policies.pack.Citation.S164_312_C_2;
import static dev.phigate.policies.pack.Citation.S164_316_B_1_II;
import static dev.phigate.policies.pack.Citation.S164_316_B_2_I;
import static dev.phigate.policies.pack.Rule.rule;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.aws.Baseline;
import dev.phigate.policies.aws.Keys;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.util.List;

/** Rules on CloudTrail, AWS Config and log groups. */
public final class TrailRules {
    private static final String TRAIL = "aws:cloudtrail/trail:Trail";
    /** What CloudWatch accepts from six years on; 0 is never. */
    private static final List<String> RETENTIONS = List.of("0", "2192", "2557", "2922", "3288", "3653");

    private static final String EVENT_STORE = "aws:cloudtrail/eventDataStore:EventDataStore";

    private TrailRules() {}

    /** The rows of this family. */
    public static List<Rule> table(Tuning tuning) {
        boolean baseline = tuning.flag(
                "aws-audit-baseline-present",
                "accountBaseline",
                false,
                "whether the stack owns an account, though it is not tagged so");
        int days = tuning.number(
                "aws-cloudtrail-lake-retention",
                "retentionDays",
                2190,
                "how long events are kept, in days; six years is a safe default, not a figure of the rule");
        return List.of(
                rule("aws-cloudtrail-multi-region", TrailRules::recordsAllRegions)
                        .on(TRAIL)
                        .cites(S164_312_B, S164_308_A_1_II_D, S164_308_A_5_II_C)
                        .fix("isMultiRegionTrail: true, includeGlobalServiceEvents: true"),
                rule(
                                "aws-cloudtrail-log-validation",
                                trail -> trail.at("enableLogFileValidation").mustBe(true))
                        .on(TRAIL)
                        .cites(S164_312_C_1, S164_312_C_2, S164_312_B)
                        .fix("enableLogFileValidation: true"),
                rule("aws-cloudtrail-kms", trail -> Keys.isCustomerManaged(trail.at("kmsKeyId")))
                        .on(TRAIL, EVENT_STORE)
                        .cites(S164_312_A_2_IV, S164_312_C_1, S164_312_B)
                        .fix("kmsKeyId: ${key.arn}"),
                rule("aws-cloudtrail-cloudwatch-logs", TrailRules::deliversToLogs)
                        .on(TRAIL)
                        .cites(S164_312_B, S164_308_A_1_II_D, S164_308_A_6_II)
                        .fix("cloudWatchLogsGroupArn: \"${group.arn}:*\", cloudWatchLogsRoleArn: ${role.arn}"),
                rule("aws-cloudtrail-s3-data-events", TrailRules::recordsObjects)
                        .on(TRAIL)
                        .cites(S164_312_B, S164_312_A_2_I, S164_308_A_1_II_D)
                        .fix(
                                "eventSelectors: [{readWriteType: All, includeManagementEvents: true, dataResources: [{type: \"AWS::S3::Object\", values: [\"arn:aws:s3\"]}]}]"),
                stackRule(
                                "aws-audit-baseline-present",
                                (_, stack) -> Baseline.of(stack, baseline, TrailRules::hasBaseline))
                        .on(Stack.TYPE)
                        .cites(S164_312_B, S164_308_A_1_II_D, S164_308_A_1_II_A, S164_308_A_8)
                        .fix(
                                "a Trail, a cfg Recorder with recordingGroup: {allSupported: true, includeGlobalResourceTypes: true}, a RecorderStatus with isEnabled: true"),
                rule("aws-loggroup-retention-6y", TrailRules::keepsLogs)
                        .on("aws:cloudwatch/logGroup:LogGroup")
                        .cites(S164_316_B_2_I, S164_312_B, S164_316_B_1_II)
                        .fix("retentionInDays: 2192   # six years as the safe default"),
                rule("aws-loggroup-kms", group -> Keys.isCustomerManaged(group.at("kmsKeyId")))
                        .on("aws:cloudwatch/logGroup:LogGroup")
                        .cites(S164_312_A_2_IV, S164_312_B)
                        .fix("kmsKeyId: ${key.arn}"),
                rule("aws-cloudtrail-lake-retention", store -> keepsEvents(store, days))
                        .on(EVENT_STORE)
                        .cites(S164_316_B_2_I, S164_312_B, S164_312_C_1)
                        .fix("retentionPeriod: 2557, terminationProtectionEnabled: true, multiRegionEnabled: true"));
    }

    private static Finding recordsAllRegions(Resource trail) {
        return Finding.all(
                () -> trail.at("isMultiRegionTrail").mustBe(true),
                () -> trail.at("includeGlobalServiceEvents").orWhenAbsent(true).mustBe(true),
                () -> trail.at("enableLogging").orWhenAbsent(true).mustBe(true),
                () -> includesManagementEvents(trail.at("eventSelectors")),
                () -> selectsManagementEvents(trail.at("advancedEventSelectors")));
    }

    /** Without selectors all management events are recorded; with some, one of them must take them all. */
    private static Finding includesManagementEvents(Property selectors) {
        List<Property> all = selectors.items();
        if (all.isEmpty()) {
            return Finding.compliant();
        }
        Finding best = Finding.compliant();
        for (Property selector : all) {
            Finding answer = Finding.all(
                    () -> selector.at("includeManagementEvents")
                            .orWhenAbsent(true)
                            .mustBe(true),
                    () -> selector.at("readWriteType").orWhenAbsent("All").mustBe("All"),
                    () -> selector.at("excludeManagementEventSources").mustBeAbsent("no management events left out"));
            if (answer instanceof Finding.Compliant) {
                return answer;
            }
            best = best.and(answer);
        }
        return best;
    }

    /** Advanced selectors replace the recording of management events: one of them must select these, and without exception. */
    private static Finding selectsManagementEvents(Property selectors) {
        if (selectors.items().isEmpty()) {
            return Finding.compliant();
        }
        return selectors.items().stream()
                        .anyMatch(selector -> selects(selector, "eventCategory", "Management") && !isNarrowed(selector))
                ? Finding.compliant()
                : selectors.violates("a selector of all management events");
    }

    private static boolean isNarrowed(Property selector) {
        return selector.at("fieldSelectors").items().stream()
                .map(field -> field.at("field").text().orElse(""))
                .anyMatch(field -> !field.equals("eventCategory"));
    }

    private static boolean selects(Property selector, String field, String value) {
        return selector.at("fieldSelectors").items().stream()
                .anyMatch(candidate -> candidate.at("field").text().orElse("").equals(field)
                        && candidate.at("equals").hasAny(value));
    }

    private static Finding deliversToLogs(Resource trail) {
        return Finding.all(
                () -> trail.at("cloudWatchLogsGroupArn").mustBePresent("the log group"),
                () -> trail.at("cloudWatchLogsRoleArn").mustBePresent("the role that writes to it"));
    }

    private static Finding recordsObjects(Resource trail) {
        Property basic = trail.at("eventSelectors");
        Property advanced = trail.at("advancedEventSelectors");
        boolean records = basic.items().stream().anyMatch(TrailRules::isOfObjects)
                || advanced.items().stream().anyMatch(TrailRules::isOfAllObjectEvents);
        return records ? Finding.compliant() : basic.violates("a selector of AWS::S3::Object, reads and writes");
    }

    private static boolean isOfObjects(Property selector) {
        return selector.at("readWriteType").text().orElse("All").equals("All")
                && selector.at("dataResources").items().stream()
                        .anyMatch(resource ->
                                resource.at("type").text().orElse("").equals("AWS::S3::Object")
                                        && !resource.at("values").texts().isEmpty());
    }

    private static boolean isOfAllObjectEvents(Property selector) {
        return selects(selector, "eventCategory", "Data")
                && selects(selector, "resources.type", "AWS::S3::Object")
                && selector.at("fieldSelectors").items().stream()
                        .map(field -> field.at("field").text().orElse(""))
                        .noneMatch(field -> field.equals("readOnly") || field.equals("eventName"));
    }

    private static Finding hasBaseline(Stack stack) {
        return Finding.all(
                () -> Baseline.has(
                        stack,
                        TRAIL,
                        "a Trail",
                        trail -> trail.at("s3BucketName").mustBePresent("the bucket of the trail")),
                () -> Baseline.has(
                        stack,
                        "aws:cfg/recorder:Recorder",
                        "an AWS Config Recorder of everything",
                        recorder -> Finding.all(
                                () -> recorder.at("recordingGroup.allSupported").mustBe(true),
                                () -> recorder.at("recordingGroup.includeGlobalResourceTypes")
                                        .mustBe(true))),
                () -> Baseline.has(
                        stack,
                        "aws:cfg/recorderStatus:RecorderStatus",
                        "a RecorderStatus that is on",
                        status -> status.at("isEnabled").mustBe(true)));
    }

    private static Finding keepsLogs(Resource group) {
        return group.at("retentionInDays").orWhenAbsent(0).mustBeOneOf(RETENTIONS);
    }

    /** What is left out is seven years, protected, of all regions. */
    private static Finding keepsEvents(Resource store, int days) {
        return Finding.all(
                () -> store.at("retentionPeriod").orWhenAbsent(2_555).mustBeAtLeast(days),
                () -> store.at("terminationProtectionEnabled")
                        .orWhenAbsent(true)
                        .mustBe(true),
                () -> store.at("multiRegionEnabled").orWhenAbsent(true).mustBe(true));
    }
}
