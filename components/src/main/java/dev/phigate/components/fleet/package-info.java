/** The balancer in front of the workloads: the intent, its configuration document, and its renderings. */
@NullMarked
package dev.phigate.components.fleet;

import org.jspecify.annotations.NullMarked;
