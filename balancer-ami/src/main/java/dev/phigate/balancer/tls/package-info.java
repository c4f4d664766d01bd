/** Exact TLS: what may be negotiated, with which certificate, and the facts of each handshake. */
@NullMarked
package dev.phigate.balancer.tls;

import org.jspecify.annotations.NullMarked;
