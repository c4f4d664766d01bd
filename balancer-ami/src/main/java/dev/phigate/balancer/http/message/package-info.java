/** What an HTTP message is, in one form for every version, and what it must be to be understood in one way only. */
@NullMarked
package dev.phigate.balancer.http.message;

import org.jspecify.annotations.NullMarked;
