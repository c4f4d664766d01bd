/** What one hop takes from a message and adds to it, and how it speaks of failures to those who do not read statuses. */
@NullMarked
package dev.phigate.balancer.http.hop;

import org.jspecify.annotations.NullMarked;
