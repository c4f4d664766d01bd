"""What records, watches and tells: logs, trail, Config, detection, alarms, topics."""

from carrying import carries, listed


@carries("aws:cloudwatch/logGroup:LogGroup")
def log_group(it, ask):
    it.take("skipDestroy")  # the provider's own
    name, days = it.take("name"), it.take("retentionInDays")
    ask("logs", "CreateLogGroup", {"Tags": it.tags(), "LogGroupName": name, **it.rest()})
    ask("logs", "PutRetentionPolicy", {"LogGroupName": name, "RetentionInDays": days})


@carries("aws:cloudwatch/logMetricFilter:LogMetricFilter")
def metric_filter(it, ask):
    told = it.take("metricTransformation")
    given = {"FilterName": it.take("name"), "MetricTransformations": [told], **it.rest()}
    renames = {"name": "metricName", "namespace": "metricNamespace", "value": "metricValue", "pattern": "filterPattern"}
    ask("logs", "PutMetricFilter", given, **renames)


@carries("aws:cloudwatch/metricAlarm:MetricAlarm")
def alarm(it, ask):
    dimensions = listed(it.take("dimensions", {}), "Name", "Value")
    given = {"AlarmName": it.take("name"), "Dimensions": dimensions, "Tags": listed(it.tags()), **it.rest()}
    ask("cloudwatch", "PutMetricAlarm", given, alarmActions="AlarmActions", okActions="OKActions")


@carries("aws:cloudwatch/eventRule:EventRule")
def event_rule(it, ask):
    it.take("forceDestroy")
    ask("events", "PutRule", {"Tags": listed(it.tags()), **it.rest()})


@carries("aws:cloudwatch/eventTarget:EventTarget")
def event_target(it, ask):
    target = {"Id": it.take("targetId"), "Arn": it.take("arn")}
    made = ask("events", "PutTargets", {"Targets": [target], **it.rest()})
    assert not made.get("FailedEntryCount"), made


@carries("aws:sns/topic:Topic")
def topic(it, ask):
    tags = listed(it.tags())
    attributes = {
        "DisplayName": it.take("displayName"),
        "KmsMasterKeyId": it.take("kmsMasterKeyId"),
        "SignatureVersion": str(int(it.take("signatureVersion"))),
        "Policy": it.take("policy"),
    }
    made = ask("sns", "CreateTopic", {"Attributes": attributes, "Tags": tags, **it.rest()})
    ask.made(arn=made.get("TopicArn"))


@carries("aws:sns/topicSubscription:TopicSubscription")
def subscription(it, ask):
    ask("sns", "Subscribe", {"TopicArn": it.take("topic"), **it.rest()})


@carries("aws:cloudtrail/trail:Trail")
def trail(it, ask):
    selectors, name = it.take("eventSelectors"), it.take("name")
    logs = it.take("enableLogging")
    given = {"Name": name, "TagsList": listed(it.tags()), **it.rest()}
    ask("cloudtrail", "CreateTrail", given, cloudWatchLogsGroupArn="CloudWatchLogsLogGroupArn")
    ask("cloudtrail", "PutEventSelectors", {"TrailName": name, "EventSelectors": selectors})
    ask("cloudtrail", "StartLogging" if logs else "StopLogging", {"Name": name})


@carries("aws:cfg/recorder:Recorder")
def recorder(it, ask):
    ask("config", "PutConfigurationRecorder", {"ConfigurationRecorder": it.rest()}, roleArn="roleARN")


@carries("aws:cfg/deliveryChannel:DeliveryChannel")
def delivery_channel(it, ask):
    renames = {"snapshotDeliveryProperties": "configSnapshotDeliveryProperties"}
    ask("config", "PutDeliveryChannel", {"DeliveryChannel": it.rest()}, **renames)


@carries("aws:cfg/recorderStatus:RecorderStatus")
def recorder_status(it, ask):
    on = it.take("isEnabled")
    operation = "StartConfigurationRecorder" if on else "StopConfigurationRecorder"
    ask("config", operation, it.rest(), name="ConfigurationRecorderName")


@carries("aws:guardduty/detector:Detector")
def detector(it, ask):
    made = ask("guardduty", "CreateDetector", {"Tags": it.tags(), **it.rest()})
    ask.made(id=made.get("DetectorId"))


@carries("aws:guardduty/detectorFeature:DetectorFeature")
def detector_feature(it, ask):
    ask("guardduty", "UpdateDetector", {"DetectorId": it.take("detectorId"), "Features": [it.rest()]})


@carries("aws:securityhub/account:Account")
def hub(it, ask):
    controls = it.take("autoEnableControls")
    ask("securityhub", "EnableSecurityHub", it.rest())
    ask("securityhub", "UpdateSecurityHubConfiguration", {"AutoEnableControls": controls})


@carries("aws:securityhub/standardsSubscription:StandardsSubscription")
def standard(it, ask):
    ask("securityhub", "BatchEnableStandards", {"StandardsSubscriptionRequests": [it.rest()]})


@carries("aws:macie2/account:Account")
def macie(it, ask):
    ask("macie2", "EnableMacie", it.rest())


@carries("aws:inspector2/enabler:Enabler")
def inspector(it, ask):
    ask("inspector2", "Enable", it.rest())
