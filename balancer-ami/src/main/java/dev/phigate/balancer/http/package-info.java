/** The data path of one exchange: strict parsing, routing, the gate, forwarding, refusals. */
@NullMarked
package dev.phigate.balancer.http;

import org.jspecify.annotations.NullMarked;
