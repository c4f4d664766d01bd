@NullMarked
package dev.phigate.rehearsal.engine;

import org.jspecify.annotations.NullMarked;
