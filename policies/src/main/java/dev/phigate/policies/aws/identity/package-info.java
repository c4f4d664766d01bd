/** Rules on identities in AWS: policies, roles, users and sessions. */
@NullMarked
package dev.phigate.policies.aws.identity;

import org.jspecify.annotations.NullMarked;
