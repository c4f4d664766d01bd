/** The sockets clients connect to: admission, then TLS, then HTTP. */
@NullMarked
package dev.phigate.balancer.listener;

import org.jspecify.annotations.NullMarked;
