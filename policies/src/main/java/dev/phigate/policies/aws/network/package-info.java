/** Rules on AWS networks: security groups, VPCs, subnets, and public addresses. */
@NullMarked
package dev.phigate.policies.aws.network;

import org.jspecify.annotations.NullMarked;
