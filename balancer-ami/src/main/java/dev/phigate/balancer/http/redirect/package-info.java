/** Listeners without TLS, which only send clients to one that speaks it. */
@NullMarked
package dev.phigate.balancer.http.redirect;

import org.jspecify.annotations.NullMarked;
