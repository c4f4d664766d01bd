/** What is counted, and its exposition to Prometheus. */
@NullMarked
package dev.phigate.balancer.metrics;

import org.jspecify.annotations.NullMarked;
