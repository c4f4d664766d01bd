/** Carries sealed segments to where the balancer cannot change them any more. */
@NullMarked
package dev.phigate.audit.ship;

import org.jspecify.annotations.NullMarked;
