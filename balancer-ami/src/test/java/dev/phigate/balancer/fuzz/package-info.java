/** Jazzer's run over every fuzz target; the targets stand with what they fuzz, and here where that is another module's. */
@NullMarked
package dev.phigate.balancer.fuzz;

import org.jspecify.annotations.NullMarked;
