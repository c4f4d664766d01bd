package dev.phigate.components.fleet;

import dev.phigate.components.audittrail.AwsTrailOutputs;
import dev.phigate.components.identity.AwsRoles;
import dev.phigate.components.keys.DataKeys;
import dev.phigate.components.network.AwsNetworkOutputs;

/**
 * What of its environment a fleet uses.
 *
 * @param network where it stands
 * @param keys what encrypts its image, its disks, its configuration and its records
 * @param roles the boundary of its own role, and the role that launches its machines
 * @param trail where access logs go
 * @param retentionDays how long records are kept
 */
public record AwsFleetSurroundings(
        AwsNetworkOutputs network, DataKeys keys, AwsRoles roles, AwsTrailOutputs trail, int retentionDays) {}
