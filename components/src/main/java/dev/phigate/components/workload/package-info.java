/** The services behind the balancer: the intent and its renderings. */
@NullMarked
package dev.phigate.components.workload;

import org.jspecify.annotations.NullMarked;
