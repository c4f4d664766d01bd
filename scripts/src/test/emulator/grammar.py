"""
What AWS's grammar of policies, its list of actions, resources and condition keys, and its quotas say about every policy document of a state.

The list is parliament's, of the Service Authorization Reference.
"""

import copy
import json

from parliament import analyze_policy_string

IDENTITY, TRUST, RESOURCE = "identity", "trust", "resource"

# Where documents are: the property, what it is, and the most characters that AWS takes, white space not counted
# (IAM quotas; KMS, S3, VPC and SNS quotas of resource policies).
DOCUMENTS = {
    "aws:iam/policy:Policy": ("policy", IDENTITY, 6_144),
    "aws:iam/rolePolicy:RolePolicy": ("policy", IDENTITY, 10_240),
    "aws:iam/role:Role": ("assumeRolePolicy", TRUST, 2_048),
    "aws:kms/key:Key": ("policy", RESOURCE, 32_768),
    "aws:s3/bucketPolicy:BucketPolicy": ("policy", RESOURCE, 20_480),
    "aws:ec2/vpcEndpoint:VpcEndpoint": ("policy", RESOURCE, 20_480),
    "aws:sns/topic:Topic": ("policy", RESOURCE, 30_720),
}

# What parliament says that is no fault: what the policy pack judges itself, with more knowledge.
JUDGED_BY_THE_PACK = {"RESOURCE_STAR", "RESOURCE_EFFECTIVELY_STAR"}

# What parliament says and AWS does not, by how it begins.
KNOWN_TO_BE_FINE = {
    "MISMATCHED_TYPE Type mismatch: s3:TlsVersion requires a value of type Numeric but given ['1.2']": "decimals are numbers, too",
    "UNKNOWN_CONDITION_FOR_ACTION Unknown condition s3:TlsVersion for action s3:InitiateReplication": "s3:* is denied; S3 asks for it itself",
    "UNKNOWN_CONDITION_FOR_ACTION Unknown condition s3:TlsVersion for action s3:PutAccessPointPublicAccessBlock": "s3:* is denied; "
    "access points have policies of their own",
    "UNKNOWN_CONDITION_FOR_ACTION Unknown condition kms:ResourceAliases for action kms:": "KMS has it for every operation on a key",
    "UNKNOWN_CONDITION_FOR_ACTION Unknown condition kms:EncryptionContext:aws:logs:arn for action kms:DescribeKey": "as AWS writes the policy "
    "of a key for CloudWatch Logs",
    "MISMATCHED_TYPE Type mismatch: ArnLike requires a value of type Arn but given String": "the same policy: an ARN in a context of texts",
    "RESOURCE_MISMATCH elasticloadbalancing:": "each kind of listener is listed as needed; the environment has one kind",
}


def judge(found):
    """What is wrong with the policies of a state, each with the resource that holds it; and how many there are."""
    faults, documents = [], 0
    for entry, inputs, _ in found:
        if entry["type"] not in DOCUMENTS:
            continue
        key, kind, most = DOCUMENTS[entry["type"]]
        if text := inputs.get(key):
            documents += 1
            name = f"{entry['type']} {entry['urn'].rsplit('::', 1)[-1]}.{key}"
            faults += [f"{name}: {fault}" for fault in dict.fromkeys(_faults(text, kind, most))]
    return faults, documents


def _faults(text, kind, most):
    document = json.loads(text)
    size = len("".join(text.split()))
    if size > most:
        yield f"{size} characters (expected: at most {most}, the quota)"
    for statement in document["Statement"]:
        sid = statement.get("Sid", "?")
        if (kind == IDENTITY) == ("Principal" in statement or "NotPrincipal" in statement):
            yield f"{sid}: {'a principal, which is its holder' if kind == IDENTITY else 'no principal'}"
        if kind == TRUST and ("Resource" in statement or "NotResource" in statement):
            yield f"{sid}: a resource (expected: none, in a policy of trust)"
    yield from _grammar(document, kind)


def _grammar(document, kind):
    document = copy.deepcopy(document)
    if kind == TRUST:  # parliament knows no policies of trust: they lack what it asks for
        for statement in document["Statement"]:
            statement["Resource"] = "*"
    for finding in analyze_policy_string(json.dumps(document)).findings:
        if finding.issue in JUDGED_BY_THE_PACK:
            continue
        for detail in finding.detail if isinstance(finding.detail, list) else [finding.detail]:
            told = f"{finding.issue} {_told(detail)}".strip()
            if not any(told.startswith(known) for known in KNOWN_TO_BE_FINE):
                yield told


def _told(detail):
    """What a finding is about: an action beside a resource that it does not act on, or a sentence."""
    if isinstance(detail, dict):
        return f"{detail['action']} acts on {detail['required_format']} only"
    return str(detail or "")
