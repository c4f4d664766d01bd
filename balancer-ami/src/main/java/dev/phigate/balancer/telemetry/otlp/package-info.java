/** Metrics and traces told to a collector by OTLP over verified TLS, behind the event loops. */
@NullMarked
package dev.phigate.balancer.telemetry.otlp;

import org.jspecify.annotations.NullMarked;
