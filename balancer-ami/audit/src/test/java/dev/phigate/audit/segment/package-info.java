@NullMarked
package dev.phigate.audit.segment;

import org.jspecify.annotations.NullMarked;
