/** The trace that an exchange belongs to (W3C Trace Context, level 1): read, continued or begun, and passed on. */
@NullMarked
package dev.phigate.balancer.http.trace;

import org.jspecify.annotations.NullMarked;
