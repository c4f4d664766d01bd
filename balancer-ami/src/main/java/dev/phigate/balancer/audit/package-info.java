/** The audit log: allow-listed records, written before what they record is answered. */
@NullMarked
package dev.phigate.balancer.audit;

import org.jspecify.annotations.NullMarked;
