@NullMarked
package dev.phigate.cli.environment;

import org.jspecify.annotations.NullMarked;
