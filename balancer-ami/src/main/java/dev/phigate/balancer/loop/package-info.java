/** How busy the event loops are, and how late. */
@NullMarked
package dev.phigate.balancer.loop;

import org.jspecify.annotations.NullMarked;
