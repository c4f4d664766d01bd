/** One exchange: judged by the gate, forwarded by permit only, recorded once, whatever versions of HTTP its two sides speak. */
@NullMarked
package dev.phigate.balancer.http.exchange;

import org.jspecify.annotations.NullMarked;
