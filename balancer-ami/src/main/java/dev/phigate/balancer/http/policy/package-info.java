/** What holds for the requests of a listener: limits, deadlines, and which of them go where. */
@NullMarked
package dev.phigate.balancer.http.policy;

import org.jspecify.annotations.NullMarked;
