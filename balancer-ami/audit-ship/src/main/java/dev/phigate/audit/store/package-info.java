/** The stores of the clouds, and the process that ships a log to one. It runs apart from the balancer, so that no SDK is loaded there. */
@NullMarked
package dev.phigate.audit.store;

import org.jspecify.annotations.NullMarked;
