@NullMarked
package dev.phigate.audit.report;

import org.jspecify.annotations.NullMarked;
