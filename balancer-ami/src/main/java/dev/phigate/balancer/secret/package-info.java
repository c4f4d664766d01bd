/** Secrets that a configuration names by reference and never contains. */
@NullMarked
package dev.phigate.balancer.secret;

import org.jspecify.annotations.NullMarked;
