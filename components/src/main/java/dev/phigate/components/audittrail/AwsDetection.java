package dev.phigate.components.audittrail;

import com.pulumi.aws.guardduty.Detector;
import com.pulumi.aws.guardduty.DetectorArgs;
import com.pulumi.aws.guardduty.DetectorFeature;
import com.pulumi.aws.guardduty.DetectorFeatureArgs;
import com.pulumi.aws.inspector2.Enabler;
import com.pulumi.aws.inspector2.EnablerArgs;
import com.pulumi.aws.securityhub.Account;
import com.pulumi.aws.securityhub.AccountArgs;
import com.pulumi.aws.securityhub.StandardsSubscription;
import com.pulumi.aws.securityhub.StandardsSubscriptionArgs;
import com.pulumi.resources.CustomResourceOptions;
import com.pulumi.resources.Resource;
import dev.phigate.components.DataClass;
import dev.phigate.components.aws.AwsSite;
import java.util.List;
import java.util.Locale;

/**
 * What looks at the record and at the account and finds what should not be: GuardDuty, Security Hub, Macie, Inspector. Serves 45 CFR
 * 164.308(a)(1)(ii)(A) and (D) (risk analysis, review) and 164.308(a)(6)(ii) (response).
 */
final class AwsDetection {
    private static final String FREQUENCY = "FIFTEEN_MINUTES";
    private static final List<String> FEATURES = List.of(
            "S3_DATA_EVENTS", "EKS_AUDIT_LOGS", "EBS_MALWARE_PROTECTION", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS");
    private static final List<String> STANDARDS =
            List.of("aws-foundational-security-best-practices/v/1.0.0", "nist-800-53/v/5.0.0");

    AwsDetection(AwsSite site, Resource parent) {
        CustomResourceOptions options = site.childOf(parent).build();
        Detector detector = new Detector(
                site.name("detector"),
                DetectorArgs.builder()
                        .enable(true)
                        .findingPublishingFrequency(FREQUENCY)
                        .tags(site.tags(DataClass.AUDIT))
                        .build(),
                options);
        for (String feature : FEATURES) {
            new DetectorFeature(
                    site.name("detects-" + feature.toLowerCase(Locale.ROOT).replace('_', '-')),
                    DetectorFeatureArgs.builder()
                            .detectorId(detector.id())
                            .name(feature)
                            .status("ENABLED")
                            .build(),
                    options);
        }
        Account hub = new Account(
                site.name("findings"),
                AccountArgs.builder()
                        .enableDefaultStandards(false)
                        .controlFindingGenerator("SECURITY_CONTROL")
                        .autoEnableControls(true)
                        .build(),
                options);
        for (String standard : STANDARDS) {
            new StandardsSubscription(
                    site.name(standard.substring(0, standard.indexOf('/'))),
                    StandardsSubscriptionArgs.builder()
                            .standardsArn("arn:" + site.place().partition() + ":securityhub:"
                                    + site.place().region() + "::standards/" + standard)
                            .build(),
                    site.childOf(parent).dependsOn(hub).build());
        }
        new com.pulumi.aws.macie2.Account(
                site.name("classification"),
                com.pulumi.aws.macie2.AccountArgs.builder()
                        .status("ENABLED")
                        .findingPublishingFrequency(FREQUENCY)
                        .build(),
                options);
        new Enabler(
                site.name("inspection"),
                EnablerArgs.builder()
                        .accountIds(site.place().account())
                        .resourceTypes("EC2")
                        .build(),
                options);
    }
}
