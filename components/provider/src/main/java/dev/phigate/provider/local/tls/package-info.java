/** Keys and certificates in PEM files (RFC 7468), and TLS made of them. */
@NullMarked
package dev.phigate.provider.local.tls;

import org.jspecify.annotations.NullMarked;
