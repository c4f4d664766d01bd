/** Certificates, private keys and authorities as files hold them, read once and judged at once. */
@NullMarked
package dev.phigate.balancer.tls.certificate;

import org.jspecify.annotations.NullMarked;
