@NullMarked
package dev.phigate.audit.clouds;

import org.jspecify.annotations.NullMarked;
