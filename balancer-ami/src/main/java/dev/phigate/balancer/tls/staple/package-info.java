/** OCSP stapling (RFC 6066 section 8): answers of a certificate's responder, verified before any client sees them. */
@NullMarked
package dev.phigate.balancer.tls.staple;

import org.jspecify.annotations.NullMarked;
