package dev.phigate.components.identity;

import dev.phigate.components.aws.AwsPlace;
import dev.phigate.components.aws.PolicyDocument;
import dev.phigate.components.aws.Statement;

/**
 * What each duty may do, in named actions (45 CFR 164.308(a)(4), 164.312(a)(1)). What changes something asks for a second factor. Nobody
 * decrypts health records by their role, and nobody stops or shortens the record.
 */
final class DutyPolicies {
    private static final String[] LOOK = {
        "access-analyzer:Get*",
        "access-analyzer:List*",
        "autoscaling:Describe*",
        "backup:Describe*",
        "backup:Get*",
        "backup:List*",
        "cloudwatch:Describe*",
        "cloudwatch:Get*",
        "cloudwatch:List*",
        "config:Describe*",
        "config:Get*",
        "ec2:Describe*",
        "ec2:GetConsoleOutput",
        "elasticloadbalancing:Describe*",
        "events:Describe*",
        "events:List*",
        "guardduty:Get*",
        "guardduty:List*",
        "health:Describe*",
        "iam:Get*",
        "iam:List*",
        "kms:Describe*",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "kms:List*",
        "logs:Describe*",
        "s3:GetBucket*",
        "s3:GetEncryptionConfiguration",
        "s3:ListAllMyBuckets",
        "securityhub:Describe*",
        "securityhub:Get*",
        "securityhub:List*",
        "tag:GetResources"
    };

    /** All that any role of the environment, also of a machine or of backups, has a use for. What it does not name, none of them ever does. */
    private static final String[] WITHIN = {
        "access-analyzer:*",
        "autoscaling:*",
        "backup:*",
        "backup-storage:*",
        "cloudwatch:*",
        "config:*",
        "events:*",
        "guardduty:Get*",
        "guardduty:List*",
        "guardduty:Archive*",
        "health:*",
        "route53:*",
        "securityhub:*",
        "sns:*",
        "ssm:*",
        "sts:DecodeAuthorizationMessage",
        "sts:GetCallerIdentity",
        "tag:*",
        "cloudtrail:Describe*",
        "cloudtrail:Get*",
        "cloudtrail:List*",
        "cloudtrail:LookupEvents",
        "ec2:Associate*",
        "ec2:Attach*",
        "ec2:Authorize*",
        "ec2:Copy*",
        "ec2:Create*",
        "ec2:Delete*",
        "ec2:Describe*",
        "ec2:Detach*",
        "ec2:Get*",
        "ec2:Import*",
        "ec2:Modify*",
        "ec2:Reboot*",
        "ec2:Register*",
        "ec2:Replace*",
        "ec2:Revoke*",
        "ec2:Run*",
        "ec2:Start*",
        "ec2:Stop*",
        "ec2:Terminate*",
        "dynamodb:*Backup*",
        "dynamodb:Describe*",
        "dynamodb:List*",
        "dynamodb:RestoreTable*",
        "ecr:Describe*",
        "ecr:List*",
        "elasticfilesystem:Backup",
        "elasticfilesystem:CreateFileSystem",
        "elasticfilesystem:DeleteFileSystem",
        "elasticfilesystem:Describe*",
        "elasticfilesystem:Restore",
        "elasticloadbalancing:Describe*",
        "inspector2:List*",
        "lambda:List*",
        "macie2:Get*",
        "macie2:List*",
        "rds:*Snapshot*",
        "rds:AddTagsToResource",
        "rds:Describe*",
        "rds:List*",
        "rds:RestoreDB*",
        "iam:Generate*",
        "iam:Get*",
        "iam:List*",
        "iam:Simulate*",
        "kms:CreateGrant",
        "kms:Decrypt",
        "kms:Describe*",
        "kms:Encrypt",
        "kms:GenerateDataKey*",
        "kms:Get*",
        "kms:List*",
        "kms:ReEncrypt*",
        "logs:Create*",
        "logs:Describe*",
        "logs:Filter*",
        "logs:Get*",
        "logs:List*",
        "logs:PutLogEvents",
        "logs:StartQuery",
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:Get*",
        "s3:List*",
        "s3:PutObject*",
        "s3:Replicate*",
        "secretsmanager:Describe*",
        "secretsmanager:Get*",
        "secretsmanager:List*",
        "secretsmanager:PutSecretValue",
        "secretsmanager:RotateSecret",
        "secretsmanager:UpdateSecretVersionStage"
    };

    private static final String[] RECORD = {
        "backup:Delete*",
        "config:Delete*",
        "config:StopConfigurationRecorder",
        "ec2:DeleteFlowLogs",
        "ec2:DisableEbsEncryptionByDefault",
        "s3:BypassGovernanceRetention",
        "s3:PutObjectLegalHold",
        "s3:PutObjectRetention",
        "securityhub:DeleteMembers",
        "securityhub:DisableSecurityHub"
    };

    private static final String[] REGIONAL = {"backup:*", "ec2:*", "kms:*", "logs:*", "secretsmanager:*", "ssm:*"};

    private final AwsPlace place;
    private final String environment;

    DutyPolicies(AwsPlace place, String environment) {
        this.place = place;
        this.environment = environment;
    }

    PolicyDocument of(Duty duty) {
        return switch (duty) {
            case PLATFORM_ADMIN -> platformAdmin();
            case BALANCER_ADMIN -> balancerAdmin();
            case AUDITOR -> auditor();
            case BREAK_GLASS -> breakGlass();
        };
    }

    PolicyDocument boundary() {
        return PolicyDocument.of(
                Statement.allow("WithinTheEnvironment", WITHIN).on("*"),
                Statement.allow("HandOnItsOwnRoles", "iam:PassRole")
                        .on(place.globalArn("iam", "role/" + environment + "-*")),
                Statement.deny("TheRecordStays", RECORD).on("*"),
                Statement.deny("OnlyInItsRegions", REGIONAL)
                        .on("*")
                        .when("StringNotEquals", "aws:RequestedRegion", place.region(), place.backupRegion()));
    }

    private PolicyDocument platformAdmin() {
        return PolicyDocument.of(
                Statement.allow("Look", LOOK).on("*"),
                Statement.allow(
                                "RunTheMachines",
                                "autoscaling:CancelInstanceRefresh",
                                "autoscaling:ResumeProcesses",
                                "autoscaling:SetDesiredCapacity",
                                "autoscaling:StartInstanceRefresh",
                                "autoscaling:SuspendProcesses",
                                "autoscaling:TerminateInstanceInAutoScalingGroup",
                                "ec2:RebootInstances",
                                "ec2:StartInstances",
                                "ec2:StopInstances",
                                "ec2:TerminateInstances")
                        .on("*")
                        .when("StringEquals", "aws:ResourceTag/phigate:environment", environment)
                        .withSecondFactor(),
                Statement.allow("Restore", "backup:StartBackupJob", "backup:StartCopyJob", "backup:StartRestoreJob")
                        .on("*")
                        .withSecondFactor(),
                Statement.allow("RestoreAsTheBackupRole", "iam:PassRole")
                        .on(place.globalArn("iam", "role/" + environment + "-backup*"))
                        .when("StringEquals", "iam:PassedToService", "backup.amazonaws.com")
                        .withSecondFactor(),
                Statement.allow("AnswerFindings", "guardduty:ArchiveFindings", "securityhub:BatchUpdateFindings")
                        .on("*")
                        .withSecondFactor());
    }

    private PolicyDocument balancerAdmin() {
        return PolicyDocument.of(
                Statement.allow(
                                "Look",
                                "autoscaling:Describe*",
                                "cloudwatch:Describe*",
                                "cloudwatch:Get*",
                                "cloudwatch:List*",
                                "ec2:Describe*",
                                "elasticloadbalancing:Describe*")
                        .on("*"),
                Statement.allow(
                                "ChangeTheBalancers",
                                "elasticloadbalancing:CreateListener",
                                "elasticloadbalancing:DeleteListener",
                                "elasticloadbalancing:DeregisterTargets",
                                "elasticloadbalancing:ModifyListener",
                                "elasticloadbalancing:ModifyLoadBalancerAttributes",
                                "elasticloadbalancing:ModifyTargetGroup",
                                "elasticloadbalancing:ModifyTargetGroupAttributes",
                                "elasticloadbalancing:RegisterTargets",
                                "elasticloadbalancing:SetSecurityGroups",
                                "elasticloadbalancing:SetSubnets")
                        .on(
                                place.arn("elasticloadbalancing", "loadbalancer/net/" + environment + "-*"),
                                place.arn("elasticloadbalancing", "listener/net/" + environment + "-*"),
                                place.arn("elasticloadbalancing", "targetgroup/" + environment + "-*"))
                        .withSecondFactor(),
                Statement.allow(
                                "RollTheBalancers",
                                "autoscaling:CancelInstanceRefresh",
                                "autoscaling:StartInstanceRefresh")
                        .on(place.arn("autoscaling", "autoScalingGroup:*:autoScalingGroupName/" + environment + "-*"))
                        .withSecondFactor());
    }

    /** Reads what AWS's own audit policies leave out: the content of the record. */
    private PolicyDocument auditor() {
        String keys = "key/*";
        String[] both = {place.arn("kms", keys), place.mirrored().arn("kms", keys)};
        return PolicyDocument.of(
                Statement.allow(
                                "ReadTheRecord",
                                "s3:GetBucketLocation",
                                "s3:GetObject",
                                "s3:GetObjectRetention",
                                "s3:GetObjectVersion",
                                "s3:ListBucket",
                                "s3:ListBucketVersions")
                        .on(
                                place.bucketArn(environment + "-audit*"),
                                place.bucketArn(environment + "-config*"),
                                place.bucketArn(environment + "-records*")),
                Statement.allow(
                                "AskTheLogs",
                                "logs:FilterLogEvents",
                                "logs:GetLogEvents",
                                "logs:GetQueryResults",
                                "logs:StartQuery")
                        .on(place.arn("logs", "log-group:" + environment + "-*")),
                Statement.allow("DecryptTheRecord", "kms:Decrypt")
                        .on(both)
                        .when("ForAnyValue:StringLike", "kms:ResourceAliases", "alias/" + environment + "/audit*"),
                Statement.deny("ReadNoHealthRecords", "kms:Decrypt")
                        .on(both)
                        .when("ForAnyValue:StringLike", "kms:ResourceAliases", "alias/" + environment + "/workload*"));
    }

    /** An administrator of AWS, as far as the boundary lets anybody go; the record stays out of reach. */
    private PolicyDocument breakGlass() {
        return PolicyDocument.of(Statement.deny("TheRecordStays", RECORD).on("*"));
    }
}
