@NullMarked
package dev.phigate.audit.verify;

import org.jspecify.annotations.NullMarked;
