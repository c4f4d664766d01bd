/** Balancers on machines of a cloud: the image, the fleet, its entry, and what the machines start with and leave. */
@NullMarked
package dev.phigate.components.fleet;

import org.jspecify.annotations.NullMarked;
