/** Clients that go on asking while a test does something else, and what became of what they asked. */
@NullMarked
package dev.phigate.balancer.bench.load;

import org.jspecify.annotations.NullMarked;
