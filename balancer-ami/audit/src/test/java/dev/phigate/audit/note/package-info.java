@NullMarked
package dev.phigate.audit.note;

import org.jspecify.annotations.NullMarked;
