/** Which requests go where. */
@NullMarked
package dev.phigate.balancer.http.routing;

import org.jspecify.annotations.NullMarked;
