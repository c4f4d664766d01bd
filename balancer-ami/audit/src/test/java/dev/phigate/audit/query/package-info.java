@NullMarked
package dev.phigate.audit.query;

import org.jspecify.annotations.NullMarked;
