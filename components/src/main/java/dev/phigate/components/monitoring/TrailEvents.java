package dev.phigate.components.monitoring;

import java.util.List;
import java.util.stream.Stream;

/**
 * The events that raise an alarm: those of the CIS AWS Foundations Benchmark v3.0 (section 4) and of the rule
 * {@code aws-security-event-alarms}, and what this environment adds.
 */
final class TrailEvents {
    /** People mistype: that many failures within five minutes are none of their own. */
    private static final int GUESSING = 3;

    private TrailEvents() {}

    /**
     * The table.
     *
     * @param breakGlassRole the name of the role that only emergencies need
     */
    static List<TrailEvent> of(String breakGlassRole) {
        return Stream.of(people(breakGlassRole), rights(), record(), network(), balancers())
                .flatMap(List::stream)
                .toList();
    }

    /** Who came, and how. */
    private static List<TrailEvent> people(String breakGlassRole) {
        return List.of(
                TrailEvent.fitting(
                        "{ ($.eventName = \"AssumeRole*\") && ($.requestParameters.roleArn = \"*role/" + breakGlassRole
                                + "\") }",
                        "break-glass",
                        "somebody took the role for emergencies",
                        1),
                TrailEvent.fitting(
                        "{ ($.userIdentity.type = \"Root\") && ($.userIdentity.invokedBy NOT EXISTS) && ($.eventType != \"AwsServiceEvent\") }",
                        "root-use",
                        "somebody used the account's root user",
                        1),
                TrailEvent.fitting(
                        "{ ($.errorCode = \"*UnauthorizedOperation\") || ($.errorCode = \"AccessDenied*\") }",
                        "unauthorized-calls",
                        "calls were denied again and again",
                        GUESSING),
                TrailEvent.fitting(
                        "{ ($.eventName = ConsoleLogin) && ($.errorMessage = \"Failed authentication\") }",
                        "sign-in-failures",
                        "sign-ins to the console failed again and again",
                        GUESSING),
                TrailEvent.fitting(
                        "{ ($.eventName = ConsoleLogin) && ($.additionalEventData.MFAUsed != \"Yes\") && ($.userIdentity.type = \"IAMUser\") && ($.responseElements.ConsoleLogin = \"Success\") }",
                        "sign-in-without-mfa",
                        "somebody signed in to the console without a second factor",
                        1));
    }

    /** What changes who may do what, and what can be read. */
    private static List<TrailEvent> rights() {
        return List.of(
                TrailEvent.calls(
                        "policy-changes",
                        "who may do what was changed",
                        "DeleteGroupPolicy",
                        "DeleteRolePolicy",
                        "DeleteUserPolicy",
                        "PutGroupPolicy",
                        "PutRolePolicy",
                        "PutUserPolicy",
                        "CreatePolicy",
                        "DeletePolicy",
                        "CreatePolicyVersion",
                        "DeletePolicyVersion",
                        "AttachRolePolicy",
                        "DetachRolePolicy",
                        "AttachUserPolicy",
                        "DetachUserPolicy",
                        "AttachGroupPolicy",
                        "DetachGroupPolicy",
                        "UpdateAssumeRolePolicy",
                        "DeleteRolePermissionsBoundary"),
                TrailEvent.callsTo(
                        "kms",
                        "key-deletion",
                        "a key was disabled, deleted or opened to others",
                        "DisableKey",
                        "ScheduleKeyDeletion",
                        "DisableKeyRotation",
                        "PutKeyPolicy"),
                TrailEvent.callsTo(
                        "s3",
                        "bucket-policy-changes",
                        "who may read or write a bucket was changed",
                        "PutBucketAcl",
                        "PutBucketPolicy",
                        "PutBucketCors",
                        "PutBucketLifecycle",
                        "PutBucketReplication",
                        "PutBucketPublicAccessBlock",
                        "DeleteBucketPolicy",
                        "DeleteBucketCors",
                        "DeleteBucketLifecycle",
                        "DeleteBucketReplication"));
    }

    /** What changes what is known afterwards, or left. */
    private static List<TrailEvent> record() {
        return List.of(
                TrailEvent.calls(
                        "trail-changes",
                        "the record of calls was changed or stopped",
                        "CreateTrail",
                        "UpdateTrail",
                        "DeleteTrail",
                        "StartLogging",
                        "StopLogging",
                        "PutEventSelectors"),
                TrailEvent.callsTo(
                        "config",
                        "recorder-changes",
                        "the record of configurations was changed or stopped",
                        "StopConfigurationRecorder",
                        "DeleteConfigurationRecorder",
                        "DeleteDeliveryChannel",
                        "PutDeliveryChannel",
                        "PutConfigurationRecorder"),
                TrailEvent.callsTo(
                        "backup",
                        "backup-changes",
                        "backups were deleted or will no longer be made",
                        "DeleteRecoveryPoint",
                        "DeleteBackupVault",
                        "DeleteBackupPlan",
                        "DeleteBackupSelection",
                        "UpdateBackupPlan",
                        "PutBackupVaultAccessPolicy",
                        "DeleteBackupVaultLockConfiguration"));
    }

    /** What changes who reaches whom. */
    private static List<TrailEvent> network() {
        return List.of(
                TrailEvent.calls(
                        "security-group-changes",
                        "who reaches whom was changed in a security group",
                        "AuthorizeSecurityGroupIngress",
                        "AuthorizeSecurityGroupEgress",
                        "RevokeSecurityGroupIngress",
                        "RevokeSecurityGroupEgress",
                        "ModifySecurityGroupRules",
                        "CreateSecurityGroup",
                        "DeleteSecurityGroup"),
                TrailEvent.calls(
                        "network-acl-changes",
                        "who reaches whom was changed in a network ACL",
                        "CreateNetworkAcl",
                        "CreateNetworkAclEntry",
                        "DeleteNetworkAcl",
                        "DeleteNetworkAclEntry",
                        "ReplaceNetworkAclEntry",
                        "ReplaceNetworkAclAssociation"),
                TrailEvent.calls(
                        "gateway-changes",
                        "a way into the network was made or changed",
                        "CreateCustomerGateway",
                        "DeleteCustomerGateway",
                        "AttachInternetGateway",
                        "CreateInternetGateway",
                        "DeleteInternetGateway",
                        "DetachInternetGateway",
                        "CreateVpnConnection",
                        "ModifyVpnConnectionOptions",
                        "ModifyVpnTunnelOptions",
                        "DeleteVpnConnection"),
                TrailEvent.callsTo(
                        "ec2",
                        "route-table-changes",
                        "ways through the network were changed",
                        "CreateRoute",
                        "CreateRouteTable",
                        "ReplaceRoute",
                        "ReplaceRouteTableAssociation",
                        "DeleteRouteTable",
                        "DeleteRoute",
                        "DisassociateRouteTable"),
                TrailEvent.calls(
                        "vpc-changes",
                        "a network was made, joined to another or deleted",
                        "CreateVpc",
                        "DeleteVpc",
                        "ModifyVpcAttribute",
                        "AcceptVpcPeeringConnection",
                        "CreateVpcPeeringConnection",
                        "DeleteVpcPeeringConnection",
                        "RejectVpcPeeringConnection",
                        "DeleteFlowLogs"));
    }

    /** What changes the balancers and the way to them. */
    private static List<TrailEvent> balancers() {
        return List.of(
                TrailEvent.callsTo(
                        "elasticloadbalancing",
                        "entry-changes",
                        "the entry in front of the balancers was changed",
                        "CreateLoadBalancer",
                        "DeleteLoadBalancer",
                        "CreateListener",
                        "ModifyListener",
                        "DeleteListener",
                        "ModifyTargetGroup",
                        "RegisterTargets",
                        "SetSecurityGroups",
                        "ModifyLoadBalancerAttributes"),
                TrailEvent.calls(
                        "image-changes",
                        "what the balancers run was changed",
                        "CreateLaunchTemplateVersion",
                        "ModifyLaunchTemplate",
                        "UpdateAutoScalingGroup",
                        "ModifyImageAttribute",
                        "RegisterImage",
                        "DeregisterImage"));
    }
}
