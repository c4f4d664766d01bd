/** Tests of the gate's command line, and of what it judges by itself. */
@NullMarked
package dev.phigate.cli.gate;

import org.jspecify.annotations.NullMarked;
