/** HTTP/2 on the client's side (RFC 9113). */
@NullMarked
package dev.phigate.balancer.http.http2;

import org.jspecify.annotations.NullMarked;
