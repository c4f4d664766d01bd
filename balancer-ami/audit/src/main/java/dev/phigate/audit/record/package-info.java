/** The records of the audit log: what happened, of schema version 1. */
@NullMarked
package dev.phigate.audit.record;

import org.jspecify.annotations.NullMarked;
