@NullMarked
package dev.phigate.cli;

import org.jspecify.annotations.NullMarked;
