/** Passing the listening sockets to the process that succeeds this one, so that an upgrade drops no connection. */
@NullMarked
package dev.phigate.balancer.handover;

import org.jspecify.annotations.NullMarked;
