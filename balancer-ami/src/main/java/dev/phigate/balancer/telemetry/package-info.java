/** What the process says about itself while it runs, on standard error, one line each. */
@NullMarked
package dev.phigate.balancer.telemetry;

import org.jspecify.annotations.NullMarked;
