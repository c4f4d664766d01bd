package dev.phigate.components.keys;

import dev.phigate.components.DataClass;
import dev.phigate.components.aws.AwsPlace;
import dev.phigate.components.aws.PolicyDocument;
import dev.phigate.components.aws.Statement;

/**
 * Who may use the key of each class of data. The account's own IAM policies decide about its roles; beyond them:
 *
 * <ul>
 *   <li>audit: CloudTrail, CloudWatch Logs, AWS Config, the delivery of access logs, and the alarms' way to their topic (CloudWatch,
 *       EventBridge, AWS Backup)
 *   <li>workload and image: Auto Scaling, to launch machines with encrypted disks; workload also CloudWatch Logs
 *   <li>secrets: nobody else
 * </ul>
 *
 * In the backup region nobody else uses any.
 */
public final class AwsKeyPolicies {
    private static final String[] USE = {
        "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"
    };

    private final AwsPlace place;
    private final String environment;

    /** Policies of the keys of an environment in its home region. */
    public AwsKeyPolicies(AwsPlace place, String environment) {
        this.place = place;
        this.environment = environment;
    }

    /** The policy of the key of a class in the home region. */
    public PolicyDocument home(DataClass dataClass) {
        return switch (dataClass) {
            case AUDIT ->
                backup().and(trail())
                        .and(logs(), config(), delivery(), events())
                        .and(alarms());
            case WORKLOAD -> backup().and(autoScaling()).and(logs());
            case IMAGE -> backup().and(autoScaling());
            case SECRETS -> backup();
        };
    }

    /** The policy of every key in the backup region: the account decides, and nobody else. */
    public PolicyDocument backup() {
        return PolicyDocument.of(Statement.allow("TheAccountDecides", "kms:*")
                .toArn(place.root())
                .on("*"));
    }

    /**
     * The name that people and conditions call a key by.
     *
     * @param key the class of data; in the backup region with {@code -backup} behind it
     */
    public static String alias(String environment, String key) {
        return "alias/" + environment + "/" + key;
    }

    /** The name of the environment's trail: its key admits no other. */
    public static String trailName(String environment) {
        return environment + "-trail";
    }

    /** The ARN of the role by which Auto Scaling acts for the environment. */
    public static String autoScalingRole(AwsPlace place, String environment) {
        return place.globalArn(
                "iam", "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling_" + environment);
    }

    private Statement[] trail() {
        String trail = place.arn("cloudtrail", "trail/" + trailName(environment));
        return new Statement[] {
            Statement.allow("TheTrailEncrypts", "kms:GenerateDataKey*")
                    .toService("cloudtrail.amazonaws.com")
                    .on("*")
                    .when("StringEquals", "aws:SourceArn", trail)
                    .when("StringLike", "kms:EncryptionContext:aws:cloudtrail:arn", trail),
            Statement.allow("TheTrailLooksAtTheKey", "kms:DescribeKey")
                    .toService("cloudtrail.amazonaws.com")
                    .on("*")
                    .when("StringEquals", "aws:SourceArn", trail)
        };
    }

    private Statement logs() {
        return Statement.allow("LogGroupsAreEncrypted", USE)
                .toService("logs." + place.region() + ".amazonaws.com")
                .on("*")
                .when("ArnLike", "kms:EncryptionContext:aws:logs:arn", place.arn("logs", "log-group:*"));
    }

    private Statement config() {
        return ofAccount("ConfigDelivers", "config.amazonaws.com", "kms:Decrypt", "kms:GenerateDataKey*");
    }

    private Statement delivery() {
        return ofAccount("AccessLogsAreDelivered", "delivery.logs.amazonaws.com", USE);
    }

    /** EventBridge does not send the account it acts for when it publishes to an encrypted topic. */
    private static Statement events() {
        return Statement.allow("EventsReachTheTopic", "kms:Decrypt", "kms:GenerateDataKey*")
                .toService("events.amazonaws.com")
                .on("*");
    }

    private Statement[] alarms() {
        return new Statement[] {
            ofAccount("AlarmsReachTheTopic", "cloudwatch.amazonaws.com", "kms:Decrypt", "kms:GenerateDataKey*"),
            ofAccount("BackupsReachTheTopic", "backup.amazonaws.com", "kms:Decrypt", "kms:GenerateDataKey*")
        };
    }

    private Statement[] autoScaling() {
        String role = autoScalingRole(place, environment);
        return new Statement[] {
            Statement.allow("MachinesStartFromEncryptedDisks", USE).toArn(role).on("*"),
            Statement.allow("TheirDisksStayReadable", "kms:CreateGrant")
                    .toArn(role)
                    .on("*")
                    .when("Bool", "kms:GrantIsForAWSResource", "true")
        };
    }

    private Statement ofAccount(String sid, String service, String... actions) {
        return Statement.allow(sid, actions)
                .toService(service)
                .on("*")
                .when("StringEquals", "aws:SourceAccount", place.account());
    }
}
