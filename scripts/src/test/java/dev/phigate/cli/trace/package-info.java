@NullMarked
package dev.phigate.cli.trace;

import org.jspecify.annotations.NullMarked;
