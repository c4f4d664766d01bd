/** What one source of connections may use, so that none takes everything. */
@NullMarked
package dev.phigate.balancer.limits;

import org.jspecify.annotations.NullMarked;
