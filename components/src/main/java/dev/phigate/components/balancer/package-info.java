/** The balancer in front of the workloads, the same on every target: the intent, its configuration document, and its rendering on this machine. */
@NullMarked
package dev.phigate.components.balancer;

import org.jspecify.annotations.NullMarked;
