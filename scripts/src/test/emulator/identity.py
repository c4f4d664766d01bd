"""IAM, KMS, and what holds for a whole account."""

from carrying import carries, listed


@carries("aws:iam/role:Role")
def role(it, ask):
    inline = it.take("managedPolicyArns", [])
    made = ask(
        "iam",
        "CreateRole",
        {"RoleName": it.take("name"), "Tags": listed(it.tags()), **it.rest("forceDetachPolicies")},
        assumeRolePolicy="AssumeRolePolicyDocument",
    )
    it.take("forceDetachPolicies")
    assert not inline, "managed policies are attached one by one"
    ask.made(arn=made.get("Role", {}).get("Arn"), uniqueId=made.get("Role", {}).get("RoleId"))


@carries("aws:iam/rolePolicy:RolePolicy")
def role_policy(it, ask):
    ask("iam", "PutRolePolicy", it.rest(), role="RoleName", name="PolicyName", policy="PolicyDocument")


@carries("aws:iam/policy:Policy")
def policy(it, ask):
    given = {"Tags": listed(it.tags()), **it.rest()}
    made = ask("iam", "CreatePolicy", given, name="PolicyName", policy="PolicyDocument")
    ask.made(arn=made.get("Policy", {}).get("Arn"))


@carries("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
def attachment(it, ask):
    ask("iam", "AttachRolePolicy", it.rest(), role="RoleName")


@carries("aws:iam/instanceProfile:InstanceProfile")
def instance_profile(it, ask):
    name, of = it.take("name"), it.take("role")
    ask("iam", "CreateInstanceProfile", {"InstanceProfileName": name, "Tags": listed(it.tags())})
    ask("iam", "AddRoleToInstanceProfile", {"InstanceProfileName": name, "RoleName": of})


@carries("aws:iam/serviceLinkedRole:ServiceLinkedRole")
def service_linked_role(it, ask):
    tags = it.tags()
    made = ask("iam", "CreateServiceLinkedRole", it.rest(), awsServiceName="AWSServiceName")
    if made:
        ask.made(arn=made["Role"]["Arn"])
        ask("iam", "TagRole", {"RoleName": made["Role"]["RoleName"], "Tags": listed(tags)})


@carries("aws:iam/accountPasswordPolicy:AccountPasswordPolicy")
def password_policy(it, ask):
    ask("iam", "UpdateAccountPasswordPolicy", it.rest(), requireLowercaseCharacters="RequireLowercaseCharacters")


@carries("aws:kms/key:Key")
def key(it, ask):
    rotates, days, window = it.take("enableKeyRotation"), it.take("rotationPeriodInDays"), it.take("deletionWindowInDays")
    tags = listed(it.tags(), "TagKey", "TagValue")
    made = ask("kms", "CreateKey", {"Tags": tags, **it.rest()})
    own = made["KeyMetadata"]["KeyId"]
    ask.made(keyId=own, arn=made["KeyMetadata"]["Arn"])
    assert rotates, "what is checked here rotates"
    ask("kms", "EnableKeyRotation", {"KeyId": own, "RotationPeriodInDays": days})
    # How long a deletion waits is said with the deletion, which the model judges: a key of its own is deleted.
    other = ask("kms", "CreateKey", {"Description": "to be deleted"})
    ask("kms", "ScheduleKeyDeletion", {"KeyId": other["KeyMetadata"]["KeyId"], "PendingWindowInDays": window})


@carries("aws:kms/alias:Alias")
def alias(it, ask):
    ask("kms", "CreateAlias", it.rest(), name="AliasName")


@carries("aws:ebs/encryptionByDefault:EncryptionByDefault")
def encryption_by_default(it, ask):
    ask("ec2", "EnableEbsEncryptionByDefault" if it.take("enabled") else "DisableEbsEncryptionByDefault")


@carries("aws:accessanalyzer/analyzer:Analyzer")
def analyzer(it, ask):
    ask("accessanalyzer", "CreateAnalyzer", {"Tags": it.tags(), **it.rest()})


@carries("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock")
def account_block(it, ask):
    account = it.id
    ask("s3control", "PutPublicAccessBlock", {"AccountId": account, "PublicAccessBlockConfiguration": it.rest()})
