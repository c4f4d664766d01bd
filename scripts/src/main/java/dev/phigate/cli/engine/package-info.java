/** Runs the Pulumi engine: the working folder it lives in, the obstacles cleared before it starts, and what its failures mean. */
@NullMarked
package dev.phigate.cli.engine;

import org.jspecify.annotations.NullMarked;
