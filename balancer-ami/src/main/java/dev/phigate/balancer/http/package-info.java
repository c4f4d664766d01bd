/** HTTP on a listener: which version speaks on a connection. */
@NullMarked
package dev.phigate.balancer.http;

import org.jspecify.annotations.NullMarked;
