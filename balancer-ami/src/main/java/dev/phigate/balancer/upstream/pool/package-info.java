/** Connections that are kept and shared: what they carry, how long they live, and how many of them there are. */
@NullMarked
package dev.phigate.balancer.upstream.pool;

import org.jspecify.annotations.NullMarked;
