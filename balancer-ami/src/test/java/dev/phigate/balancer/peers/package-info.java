/** Real servers as hosts, as they stand behind a balancer in use. */
@NullMarked
package dev.phigate.balancer.peers;

import org.jspecify.annotations.NullMarked;
