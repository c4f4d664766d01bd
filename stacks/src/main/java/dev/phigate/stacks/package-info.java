/** The Pulumi program: reads the intent of a stack, composes the components of its target, and names its outputs. */
@NullMarked
package dev.phigate.stacks;

import org.jspecify.annotations.NullMarked;
