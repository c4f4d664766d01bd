/** Which of this process's threads go first when they want the same CPU. */
@NullMarked
package dev.phigate.balancer.threads;

import org.jspecify.annotations.NullMarked;
