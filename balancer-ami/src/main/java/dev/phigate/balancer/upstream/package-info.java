/** The hosts that requests go to: verified connections, pools, balancing and passive health. */
@NullMarked
package dev.phigate.balancer.upstream;

import org.jspecify.annotations.NullMarked;
