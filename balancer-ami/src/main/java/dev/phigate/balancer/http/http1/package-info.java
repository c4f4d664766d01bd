/** HTTP/1.1 on both sides: a strict codec (RFC 9112), the client's connections and the hosts'. */
@NullMarked
package dev.phigate.balancer.http.http1;

import org.jspecify.annotations.NullMarked;
