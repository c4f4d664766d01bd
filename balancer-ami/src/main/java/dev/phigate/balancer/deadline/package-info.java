/** Coarse deadlines on an event loop: setting one costs a field, not a timer. */
@NullMarked
package dev.phigate.balancer.deadline;

import org.jspecify.annotations.NullMarked;
