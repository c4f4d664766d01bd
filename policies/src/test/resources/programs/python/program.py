"""A clinic's program in Python, run inline by the Automation API: `program.py POLICY_PACK open|closed`."""

import json
import sys

import pulumi
import pulumi_aws as aws
from pulumi import automation

PACK, SHAPE = sys.argv[1:]
CLOSED = SHAPE == "closed"
TAGS = {"dataClassification": "internal"}
ADMINISTRATORS = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
    ],
}


def program():
    aws.kms.Key("key", enable_key_rotation=CLOSED, policy=json.dumps(ADMINISTRATORS), tags=TAGS)
    aws.ec2.SecurityGroup(
        "administration",
        ingress=[
            {
                "protocol": "tcp",
                "from_port": 22,
                "to_port": 22,
                "cidr_blocks": ["10.0.0.0/16" if CLOSED else "0.0.0.0/0"],
            }
        ],
        tags=TAGS,
    )


stack = automation.create_or_select_stack(
    stack_name="organization/clinic/python", project_name="clinic", program=program
)
try:
    stack.preview(policy_packs=[PACK], on_output=print)
except automation.CommandError:
    sys.exit(1)
