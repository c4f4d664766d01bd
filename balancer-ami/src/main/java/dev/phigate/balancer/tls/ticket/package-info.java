/** Session tickets (RFC 8446 section 4.6.1, RFC 5077): which keys protect them, and for how long. */
@NullMarked
package dev.phigate.balancer.tls.ticket;

import org.jspecify.annotations.NullMarked;
