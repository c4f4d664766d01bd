/** What an operator does to a balancer while clients go on: start, reload, replace, stop. */
@NullMarked
package dev.phigate.balancer.changes;

import org.jspecify.annotations.NullMarked;
