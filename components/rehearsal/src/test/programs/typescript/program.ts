// A program of somebody else: a network, a key and a bucket on AWS, run inline through the Automation API.
// usage: program FOLDER [fault]   prints one JSON object with what came of a preview and, without a fault, of up and destroy
import * as aws from "@pulumi/aws";
import * as automation from "@pulumi/pulumi/automation";

const folder: string = process.argv[2];
const fault: boolean = process.argv.length > 3;

async function program(): Promise<Record<string, unknown>> {
    const vpc = new aws.ec2.Vpc("clinic", { cidrBlock: "10.20.0.0/16", tags: { team: "clinic" } });
    const zones = await aws.getAvailabilityZones();
    zones.names.slice(0, 2).forEach((availabilityZone, index) => {
        new aws.ec2.Subnet(`private-${index}`, { vpcId: vpc.id, availabilityZone, cidrBlock: `10.20.${index}.0/24` });
    });
    const key = new aws.kms.Key("records", { enableKeyRotation: true });
    const bucket = new aws.s3.BucketV2("records");
    new aws.s3.BucketPublicAccessBlock("records", { bucket: bucket.id, blockPublicAcls: true, blockPublicPolicy: true });
    if (fault) {
        new aws.ec2.Subnet("dangling", { vpcId: "vpc-0123456789abcdef0", cidrBlock: "10.20.9.0/24" });
    }
    return { account: (await aws.getCallerIdentity()).accountId, key: key.arn };
}

async function main(): Promise<void> {
    const stack = await automation.LocalWorkspace.createOrSelectStack(
        { stackName: "rehearsal", projectName: "clinic", program },
        { workDir: folder },
    );
    await stack.setConfig("aws:region", { value: "eu-central-1" });
    let result: Record<string, unknown>;
    try {
        result = { previewed: (await stack.preview()).changeSummary };
        const outputs = (await stack.up()).outputs;
        result.outputs = Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, output.value]));
        result.again = (await stack.up()).summary.resourceChanges;
        result.destroyed = (await stack.destroy()).summary.resourceChanges;
    } catch (error) {
        result = { refused: String(error) };
    }
    console.log(JSON.stringify(result));
}

main().then(() => process.exit(0));
