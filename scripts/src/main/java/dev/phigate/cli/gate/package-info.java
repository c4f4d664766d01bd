/** The pull-request gate: which stacks a change touches, and how each is told to the policy pack without an account. */
@NullMarked
package dev.phigate.cli.gate;

import org.jspecify.annotations.NullMarked;
