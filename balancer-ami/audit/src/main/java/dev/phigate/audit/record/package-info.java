/** The records of the audit log, and the one form they are written in: canonical JSON, schema version 1. */
@NullMarked
package dev.phigate.audit.record;

import org.jspecify.annotations.NullMarked;
