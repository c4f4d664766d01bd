@NullMarked
package dev.phigate.audit.store;

import org.jspecify.annotations.NullMarked;
