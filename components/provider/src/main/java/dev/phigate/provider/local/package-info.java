/** The resources of the local target: keys, an audit store, demo workloads and the balancer, for real, on this machine. */
@NullMarked
package dev.phigate.provider.local;

import org.jspecify.annotations.NullMarked;
