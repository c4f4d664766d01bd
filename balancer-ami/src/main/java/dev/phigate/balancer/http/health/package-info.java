/** Asking hosts whether they are well. */
@NullMarked
package dev.phigate.balancer.http.health;

import org.jspecify.annotations.NullMarked;
