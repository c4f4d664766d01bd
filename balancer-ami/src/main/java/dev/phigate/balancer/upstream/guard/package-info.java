/** What keeps requests from an upstream that cannot take them: the breaker, the line of those who wait, the budget of repetitions. */
@NullMarked
package dev.phigate.balancer.upstream.guard;

import org.jspecify.annotations.NullMarked;
