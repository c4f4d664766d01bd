"""S3: buckets, what guards each, and what is put into them. The provider makes a request for each guard, and so is done here."""

from carrying import carries, listed


@carries("aws:s3/bucketV2:BucketV2")
def bucket(it, ask):
    it.take("forceDestroy")  # the provider's own
    given = {"Bucket": it.take("bucket"), "ObjectLockEnabledForBucket": it.take("objectLockEnabled", False)}
    if it.region != "us-east-1":
        given["CreateBucketConfiguration"] = {"LocationConstraint": it.region}
    ask("s3", "CreateBucket", given)
    ask("s3", "PutBucketTagging", {"Bucket": given["Bucket"], "Tagging": {"TagSet": listed(it.tags())}})


@carries("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")
def public_access(it, ask):
    ask("s3", "PutPublicAccessBlock", {"Bucket": it.take("bucket"), "PublicAccessBlockConfiguration": it.rest()})


@carries("aws:s3/bucketOwnershipControls:BucketOwnershipControls")
def ownership(it, ask):
    ask("s3", "PutBucketOwnershipControls", {"Bucket": it.take("bucket"), "OwnershipControls": {"Rules": [it.take("rule")]}})


@carries("aws:s3/bucketVersioningV2:BucketVersioningV2")
def versioning(it, ask):
    ask("s3", "PutBucketVersioning", it.rest())


@carries("aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2")
def encryption(it, ask):
    given = {"Bucket": it.take("bucket"), "ServerSideEncryptionConfiguration": {"Rules": it.take("rules")}}
    ask("s3", "PutBucketEncryption", given, kmsMasterKeyId="KMSMasterKeyID", sseAlgorithm="SSEAlgorithm")


@carries("aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2")
def lock(it, ask):
    given = {"ObjectLockEnabled": "Enabled", "Rule": it.take("rule")}
    ask("s3", "PutObjectLockConfiguration", {"Bucket": it.take("bucket"), "ObjectLockConfiguration": given})


@carries("aws:s3/bucketPolicy:BucketPolicy")
def policy(it, ask):
    ask("s3", "PutBucketPolicy", it.rest())


@carries("aws:s3/bucketLoggingV2:BucketLoggingV2")
def logging(it, ask):
    given = {"Bucket": it.take("bucket"), "BucketLoggingStatus": {"LoggingEnabled": it.rest()}}
    ask("s3", "PutBucketLogging", given)


@carries("aws:s3/bucketReplicationConfig:BucketReplicationConfig")
def replication(it, ask):
    given = {"Bucket": it.take("bucket"), "ReplicationConfiguration": it.rest()}
    ask("s3", "PutBucketReplication", given, id="ID", replicaKmsKeyId="ReplicaKmsKeyID")


@carries("aws:s3/bucketObjectv2:BucketObjectv2")
def thing(it, ask):
    tags = listed(it.tags())
    place = {"Bucket": it.take("bucket"), "Key": it.take("key")}
    it.take("sourceHash")  # the provider's own
    content = it.take("content")
    it.take("source")  # a file; nothing of it is judged here
    # Moto reads policies without their conditions: what the bucket refuses over plaintext, it would refuse to everybody.
    ask("s3", "DeleteBucketPolicy", {"Bucket": place["Bucket"]})
    given = {**place, "Body": (content or "").encode(), **it.rest()}
    ask("s3", "PutObject", given, kmsKeyId="SSEKMSKeyId")
    ask("s3", "PutObjectTagging", {**place, "Tagging": {"TagSet": tags}})
