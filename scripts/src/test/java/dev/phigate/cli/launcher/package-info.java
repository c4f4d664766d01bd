@NullMarked
package dev.phigate.cli.launcher;

import org.jspecify.annotations.NullMarked;
