/** Rules on stored data in AWS: S3 buckets, EBS volumes and EFS file systems. */
@NullMarked
package dev.phigate.policies.aws.storage;

import org.jspecify.annotations.NullMarked;
