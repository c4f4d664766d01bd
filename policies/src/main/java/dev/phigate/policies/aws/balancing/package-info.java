/** Rules on load balancers in AWS, what stands before them and behind them. */
@NullMarked
package dev.phigate.policies.aws.balancing;

import org.jspecify.annotations.NullMarked;
