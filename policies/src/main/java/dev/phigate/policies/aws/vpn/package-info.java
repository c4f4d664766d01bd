/** Rules on VPN connections in AWS. */
@NullMarked
package dev.phigate.policies.aws.vpn;

import org.jspecify.annotations.NullMarked;
