@NullMarked
package dev.phigate.audit.fault;

import org.jspecify.annotations.NullMarked;
