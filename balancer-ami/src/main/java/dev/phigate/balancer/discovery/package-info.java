/** Hosts that are found while the balancer runs: in a file that is watched, or by DNS. */
@NullMarked
package dev.phigate.balancer.discovery;

import org.jspecify.annotations.NullMarked;
