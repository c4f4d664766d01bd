/** Rules on EC2 instances and images. */
@NullMarked
package dev.phigate.policies.aws.compute;

import org.jspecify.annotations.NullMarked;
