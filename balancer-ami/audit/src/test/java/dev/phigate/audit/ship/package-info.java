@NullMarked
package dev.phigate.audit.ship;

import org.jspecify.annotations.NullMarked;
