/** Rules on keys and secrets in AWS: KMS keys, what they protect, and Secrets Manager. */
@NullMarked
package dev.phigate.policies.aws.keys;

import org.jspecify.annotations.NullMarked;
