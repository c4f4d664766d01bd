/** WebSockets through the whole balancer, over HTTP/1.1 and HTTP/2 on either side. */
@NullMarked
package dev.phigate.balancer.http.websocket;

import org.jspecify.annotations.NullMarked;
