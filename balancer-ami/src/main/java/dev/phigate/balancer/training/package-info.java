/** The client, the host and the certificate of the run that the JVM records for an AOT cache: a process of its own. */
@NullMarked
package dev.phigate.balancer.training;

import org.jspecify.annotations.NullMarked;
