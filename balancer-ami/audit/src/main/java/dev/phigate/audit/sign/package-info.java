/** Which key signs a log, and how it is asked where it lies in a cloud. */
@NullMarked
package dev.phigate.audit.sign;

import org.jspecify.annotations.NullMarked;
