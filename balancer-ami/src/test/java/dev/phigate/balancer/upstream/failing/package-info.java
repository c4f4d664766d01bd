/** Hosts that fail, each in one way, and what clients see of it. */
@NullMarked
package dev.phigate.balancer.upstream.failing;

import org.jspecify.annotations.NullMarked;
