@NullMarked
package dev.phigate.audit.sign;

import org.jspecify.annotations.NullMarked;
