/** Rules on the resources of the local target, {@code phigate:local:*}: the balancer, its keys, its audit log and its workloads. */
@NullMarked
package dev.phigate.policies.local;

import org.jspecify.annotations.NullMarked;
