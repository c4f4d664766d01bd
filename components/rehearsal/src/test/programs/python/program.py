"""A program of somebody else: a network, a key and a bucket on AWS, run inline through the Automation API.

usage: program.py FOLDER [fault]   prints one JSON object with what came of a preview and, without a fault, of up and destroy
"""

import json
import sys

import pulumi
import pulumi_aws as aws
from pulumi import automation


def program():
    vpc = aws.ec2.Vpc("clinic", cidr_block="10.20.0.0/16", tags={"team": "clinic"})
    for index, zone in enumerate(aws.get_availability_zones().names[:2]):
        aws.ec2.Subnet(f"private-{index}", vpc_id=vpc.id, availability_zone=zone, cidr_block=f"10.20.{index}.0/24")
    key = aws.kms.Key("records", enable_key_rotation=True)
    bucket = aws.s3.BucketV2("records")
    aws.s3.BucketPublicAccessBlock("records", bucket=bucket.id, block_public_acls=True, block_public_policy=True)
    pulumi.export("account", aws.get_caller_identity().account_id)
    pulumi.export("key", key.arn)
    if fault:
        aws.ec2.Subnet("dangling", vpc_id="vpc-0123456789abcdef0", cidr_block="10.20.9.0/24")


folder, fault = sys.argv[1], len(sys.argv) > 2
stack = automation.create_or_select_stack(
    stack_name="rehearsal", project_name="clinic", program=program, opts=automation.LocalWorkspaceOptions(work_dir=folder)
)
stack.set_config("aws:region", automation.ConfigValue("eu-central-1"))
try:
    preview = stack.preview()
    result = {"previewed": dict(preview.change_summary)}
    up = stack.up()
    result["outputs"] = {name: output.value for name, output in up.outputs.items()}
    result["again"] = stack.up().summary.resource_changes
    result["destroyed"] = stack.destroy().summary.resource_changes
except automation.CommandError as error:
    result = {"refused": str(error)}
print(json.dumps(result))
