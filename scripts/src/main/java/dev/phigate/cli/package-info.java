/** The command line: one class a command, each a thin layer over the package that does the work. */
@NullMarked
package dev.phigate.cli;

import org.jspecify.annotations.NullMarked;
