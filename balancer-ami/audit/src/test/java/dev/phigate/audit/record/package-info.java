@NullMarked
package dev.phigate.audit.record;

import org.jspecify.annotations.NullMarked;
