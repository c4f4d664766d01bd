@NullMarked
package dev.phigate.audit.write;

import org.jspecify.annotations.NullMarked;
