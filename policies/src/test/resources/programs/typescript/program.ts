// A clinic's program in TypeScript, run inline by the Automation API: `program POLICY_PACK FAULT...`. Each fault is one planted violation.
import * as aws from "@pulumi/aws";
import * as automation from "@pulumi/pulumi/automation";

const [pack, ...faults] = process.argv.slice(2);
const planted = (fault: string): boolean => faults.includes(fault);
const tags = { dataClassification: "internal", owner: "clinic", environment: "test" };
const account = "123456789012";

async function program(): Promise<void> {
    const key = new aws.kms.Key("key", { enableKeyRotation: !planted("kms"), policy: administrators(), tags });

    new aws.ec2.SecurityGroup("administration", {
        ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: [planted("network") ? "0.0.0.0/0" : "10.0.0.0/16"] }],
        tags,
    });
    new aws.ebs.Volume("scratch", { availabilityZone: "us-east-1a", size: 8, encrypted: !planted("storage"), kmsKeyId: key.arn, tags });
    const logs = new aws.cloudwatch.LogGroup(
        "trail",
        { retentionInDays: planted("retention") ? 30 : 2192, kmsKeyId: key.arn, tags },
        { protect: true },
    );
    new aws.iam.AccountPasswordPolicy("passwords", {
        minimumPasswordLength: planted("iam") ? 8 : 14,
        requireLowercaseCharacters: true,
        requireUppercaseCharacters: true,
        requireNumbers: true,
        requireSymbols: true,
        passwordReusePrevention: 24,
        maxPasswordAge: 90,
    });
    new aws.cloudtrail.Trail("trail", {
        s3BucketName: "logs-of-another-stack",
        isMultiRegionTrail: true,
        enableLogFileValidation: !planted("audit"),
        kmsKeyId: key.arn,
        cloudWatchLogsGroupArn: logs.arn,
        cloudWatchLogsRoleArn: `arn:aws:iam::${account}:role/trail`,
        eventSelectors: [{ readWriteType: "All", includeManagementEvents: true, dataResources: [{ type: "AWS::S3::Object", values: ["arn:aws:s3"] }] }],
        tags,
    });
    new aws.ec2.VpnConnection("clinic", vpn(logs));
    new aws.lambda.FunctionUrl("intake", { functionName: "intake", authorizationType: planted("compute") ? "NONE" : "AWS_IAM" });
    new aws.lb.TargetGroup("ehr", {
        port: 8443,
        protocol: planted("lb-tls") ? "HTTP" : "HTTPS",
        healthCheck: { protocol: "HTTPS" },
        vpcId: "vpc-1",
        tags,
    });
    new aws.appmesh.Mesh("mesh", { spec: { egressFilter: { type: planted("mesh") ? "ALLOW_ALL" : "DROP_ALL" } }, tags });
    new aws.dynamodb.Table("appointments", {
        attributes: [{ name: "id", type: "S" }],
        hashKey: "id",
        deletionProtectionEnabled: !planted("database"),
        pointInTimeRecovery: { enabled: true },
        serverSideEncryption: { enabled: true, kmsKeyArn: key.arn },
        tags,
    });
    const topic = new aws.sns.Topic("operators", { kmsMasterKeyId: key.arn, tags: planted("tags") ? {} : tags });
    new aws.cloudwatch.MetricAlarm("errors", {
        comparisonOperator: "GreaterThanThreshold",
        evaluationPeriods: 1,
        alarmActions: planted("monitoring") ? [] : [topic.arn],
        tags,
    });
    new aws.guardduty.DetectorFeature("objects", {
        detectorId: "detector-1",
        name: "S3_DATA_EVENTS",
        status: planted("ids") ? "DISABLED" : "ENABLED",
    });
    const vault = new aws.backup.Vault("copies", { kmsKeyArn: key.arn, tags });
    new aws.backup.VaultLockConfiguration("copies", {
        backupVaultName: vault.name,
        minRetentionDays: planted("backup") ? 1 : 35,
        changeableForDays: 3,
    });
}

function administrators(): string {
    const statement = { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "kms:*", Resource: "*" };
    return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

function vpn(logs: aws.cloudwatch.LogGroup): aws.ec2.VpnConnectionArgs {
    const ciphers = ["AES256-GCM-16"];
    const digests = ["SHA2-256"];
    const groups = [19, 20];
    const logOptions = { cloudwatchLogOptions: { logEnabled: true, logGroupArn: logs.arn } };
    return {
        customerGatewayId: "cgw-1",
        transitGatewayId: "tgw-1",
        type: "ipsec.1",
        tunnel1IkeVersions: planted("vpn") ? ["ikev1", "ikev2"] : ["ikev2"],
        tunnel1Phase1EncryptionAlgorithms: ciphers,
        tunnel1Phase1IntegrityAlgorithms: digests,
        tunnel1Phase1DhGroupNumbers: groups,
        tunnel1Phase2EncryptionAlgorithms: ciphers,
        tunnel1Phase2IntegrityAlgorithms: digests,
        tunnel1Phase2DhGroupNumbers: groups,
        tunnel1StartupAction: "start",
        tunnel1DpdTimeoutAction: "restart",
        tunnel1LogOptions: logOptions,
        tunnel2IkeVersions: ["ikev2"],
        tunnel2Phase1EncryptionAlgorithms: ciphers,
        tunnel2Phase1IntegrityAlgorithms: digests,
        tunnel2Phase1DhGroupNumbers: groups,
        tunnel2Phase2EncryptionAlgorithms: ciphers,
        tunnel2Phase2IntegrityAlgorithms: digests,
        tunnel2Phase2DhGroupNumbers: groups,
        tunnel2StartupAction: "start",
        tunnel2DpdTimeoutAction: "restart",
        tunnel2LogOptions: logOptions,
        tags,
    };
}

async function main(): Promise<void> {
    const stack = await automation.LocalWorkspace.createOrSelectStack({
        stackName: "organization/clinic/typescript",
        projectName: "clinic",
        program,
    });
    await stack.preview({ policyPacks: [pack], onOutput: console.log });
}

main().then(
    () => process.exit(0),
    () => process.exit(1),
);
