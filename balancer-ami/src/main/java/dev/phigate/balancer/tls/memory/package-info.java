/** Where bytes stand while they are decrypted. */
@NullMarked
package dev.phigate.balancer.tls.memory;

import org.jspecify.annotations.NullMarked;
