"""The balancers: machines, entry, names. And the backups of what they are for."""

from carrying import carries, listed, specified


@carries("aws:ec2/launchTemplate:LaunchTemplate")
def launch_template(it, ask):
    it.take("updateDefaultVersion")  # the provider's own
    given = {
        "LaunchTemplateName": it.take("name"),
        "VersionDescription": it.take("description"),
        "TagSpecifications": specified("launch-template", it),
        "LaunchTemplateData": {
            "TagSpecifications": [
                {"ResourceType": each["resourceType"], "Tags": listed(each["tags"])}
                for each in it.take("tagSpecifications")
            ],
            "NetworkInterfaces": [
                {{"securityGroups": "Groups"}.get(key, key): value for key, value in each.items()}
                for each in it.take("networkInterfaces")
            ],
            **it.rest(),
        },
    }
    made = ask("ec2", "CreateLaunchTemplate", given)
    ask.made(id=made.get("LaunchTemplate", {}).get("LaunchTemplateId"))


@carries("aws:lb/loadBalancer:LoadBalancer")
def load_balancer(it, ask):
    logs = it.take("accessLogs")
    attributes = {
        "load_balancing.cross_zone.enabled": it.take("enableCrossZoneLoadBalancing"),
        "deletion_protection.enabled": it.take("enableDeletionProtection"),
        "access_logs.s3.enabled": logs["enabled"],
        "access_logs.s3.bucket": logs["bucket"],
        "access_logs.s3.prefix": logs["prefix"],
    }
    on_private_link = it.take("enforceSecurityGroupInboundRulesOnPrivateLinkTraffic")
    scheme = "internal" if it.take("internal") else "internet-facing"
    given = {"Tags": listed(it.tags()), "Scheme": scheme, **it.rest()}
    made = ask("elbv2", "CreateLoadBalancer", given, loadBalancerType="Type")["LoadBalancers"][0]
    own = made["LoadBalancerArn"]
    ask.made(id=own, arn=own, dnsName=made["DNSName"])
    ask("elbv2", "ModifyLoadBalancerAttributes", {"LoadBalancerArn": own, "Attributes": _attributes(attributes)})
    ask(
        "elbv2",
        "SetSecurityGroups",
        {
            "LoadBalancerArn": own,
            "SecurityGroups": made["SecurityGroups"],
            "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic": on_private_link,
        },
    )


def _attributes(values):
    return [{"Key": key, "Value": value} for key, value in values.items()]


@carries("aws:lb/targetGroup:TargetGroup")
def target_group(it, ask):
    attributes = {
        "preserve_client_ip.enabled": it.take("preserveClientIp"),
        "proxy_protocol_v2.enabled": it.take("proxyProtocolV2"),
        "deregistration_delay.timeout_seconds": it.take("deregistrationDelay"),
        "deregistration_delay.connection_termination.enabled": it.take("connectionTermination"),
    }
    check = it.take("healthCheck")
    names = {
        "enabled": "HealthCheckEnabled",
        "protocol": "HealthCheckProtocol",
        "port": "HealthCheckPort",
        "path": "HealthCheckPath",
        "interval": "HealthCheckIntervalSeconds",
        "timeout": "HealthCheckTimeoutSeconds",
        "healthyThreshold": "HealthyThresholdCount",
        "unhealthyThreshold": "UnhealthyThresholdCount",
    }
    given = {names[key]: value for key, value in check.items() if key != "matcher"}
    given["Matcher"] = {"HttpCode": check["matcher"]}
    made = ask("elbv2", "CreateTargetGroup", {"Tags": listed(it.tags()), **given, **it.rest()})["TargetGroups"][0]
    own = made["TargetGroupArn"]
    ask.made(id=own, arn=own)
    ask("elbv2", "ModifyTargetGroupAttributes", {"TargetGroupArn": own, "Attributes": _attributes(attributes)})


@carries("aws:lb/listener:Listener")
def listener(it, ask):
    idle = it.take("tcpIdleTimeoutSeconds")
    made = ask("elbv2", "CreateListener", {"Tags": listed(it.tags()), **it.rest()})["Listeners"][0]
    given = {"ListenerArn": made["ListenerArn"], "Attributes": _attributes({"tcp.idle_timeout.seconds": idle})}
    ask("elbv2", "ModifyListenerAttributes", given)


@carries("aws:autoscaling/group:Group")
def group(it, ask):
    name = it.take("name")
    refresh = it.take("instanceRefresh")
    metrics = {"Metrics": it.take("enabledMetrics"), "Granularity": it.take("metricsGranularity")}
    subnets = ",".join(it.take("vpcZoneIdentifiers"))
    template = {"LaunchTemplateId" if key == "id" else key: value for key, value in it.take("launchTemplate").items()}
    tags = it.take("tags", [])
    every = {tag["key"]: tag for tag in tags}
    given = {
        "AutoScalingGroupName": name,
        "VPCZoneIdentifier": subnets,
        "LaunchTemplate": template,
        "Tags": list(every.values()),
        **it.rest("forceDelete", "waitForCapacityTimeout"),
    }
    it.rest()  # the provider's own
    ask(
        "autoscaling",
        "CreateAutoScalingGroup",
        given,
        serviceLinkedRoleArn="ServiceLinkedRoleARN",
        targetGroupArns="TargetGroupARNs",
    )
    ask("autoscaling", "EnableMetricsCollection", {"AutoScalingGroupName": name, **metrics})
    ask("autoscaling", "StartInstanceRefresh", {"AutoScalingGroupName": name, **refresh})


@carries("aws:autoscaling/policy:Policy")
def scaling_policy(it, ask):
    given = {"AutoScalingGroupName": it.take("autoscalingGroupName"), "PolicyName": it.take("name"), **it.rest()}
    ask("autoscaling", "PutScalingPolicy", given)


@carries("aws:route53/zone:Zone")
def zone(it, ask):
    first = it.take("vpcs")[0]
    made = ask(
        "route53",
        "CreateHostedZone",
        {
            "Name": it.take("name"),
            "CallerReference": it.name,
            "HostedZoneConfig": {"Comment": it.take("comment"), "PrivateZone": True},
            "VPC": {"VPCId": first["vpcId"], "VPCRegion": it.region},
        },
    )
    own = made["HostedZone"]["Id"].removeprefix("/hostedzone/")
    ask.made(id=own, zoneId=own)
    given = {"ResourceType": "hostedzone", "ResourceId": own, "AddTags": listed(it.tags())}
    ask("route53", "ChangeTagsForResource", given)


@carries("aws:route53/record:Record")
def record(it, ask):
    alias = it.take("aliases")[0]
    target = {
        "HostedZoneId": alias["zoneId"],
        "DNSName": alias["name"],
        "EvaluateTargetHealth": alias["evaluateTargetHealth"],
    }
    change = {"Action": "CREATE", "ResourceRecordSet": {"AliasTarget": target, "Name": it.take("name"), "Type": it.take("type")}}
    ask("route53", "ChangeResourceRecordSets", {"HostedZoneId": it.take("zoneId"), "ChangeBatch": {"Changes": [change]}})


@carries("aws:backup/vault:Vault")
def vault(it, ask):
    it.take("forceDestroy")  # the provider's own
    renames = {"name": "BackupVaultName", "kmsKeyArn": "EncryptionKeyArn"}
    ask("backup", "CreateBackupVault", {"BackupVaultTags": it.tags(), **it.rest()}, **renames)


@carries("aws:backup/vaultLockConfiguration:VaultLockConfiguration")
def vault_lock(it, ask):
    ask("backup", "PutBackupVaultLockConfiguration", it.rest())


@carries("aws:backup/plan:Plan")
def plan(it, ask):
    renames = {
        "name": "BackupPlanName",
        "schedule": "ScheduleExpression",
        "targetVaultName": "TargetBackupVaultName",
        "startWindow": "StartWindowMinutes",
        "completionWindow": "CompletionWindowMinutes",
        "deleteAfter": "DeleteAfterDays",
        "destinationVaultArn": "DestinationBackupVaultArn",
    }
    given = {"BackupPlanTags": it.tags(), "BackupPlan": it.rest()}
    made = ask("backup", "CreateBackupPlan", given, **renames)
    ask.made(id=made.get("BackupPlanId"))


@carries("aws:backup/selection:Selection")
def selection(it, ask):
    plan_id = it.take("planId")
    conditions = {
        key: [{"ConditionKey": each["key"], "ConditionValue": each["value"]} for each in values]
        for key, values in it.take("conditions")[0].items()
    }
    given = {"Conditions": conditions, **it.rest()}
    ask("backup", "CreateBackupSelection", {"BackupPlanId": plan_id, "BackupSelection": given}, name="SelectionName")


@carries("aws:backup/restoreTestingPlan:RestoreTestingPlan")
def restore_testing(it, ask):
    given = {"Tags": it.tags(), "RestoreTestingPlan": it.rest()}
    ask("backup", "CreateRestoreTestingPlan", given, name="RestoreTestingPlanName")


@carries("aws:backup/restoreTestingSelection:RestoreTestingSelection")
def restore_selection(it, ask):
    plan_name = it.take("restoreTestingPlanName")
    given = {"RestoreTestingPlanName": plan_name, "RestoreTestingSelection": it.rest()}
    ask("backup", "CreateRestoreTestingSelection", given, name="RestoreTestingSelectionName")
