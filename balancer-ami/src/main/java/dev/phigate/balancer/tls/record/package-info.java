/** Records of TLS as they come off the wire, before they are decrypted. */
@NullMarked
package dev.phigate.balancer.tls.record;

import org.jspecify.annotations.NullMarked;
