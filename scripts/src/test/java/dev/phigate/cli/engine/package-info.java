@NullMarked
package dev.phigate.cli.engine;

import org.jspecify.annotations.NullMarked;
