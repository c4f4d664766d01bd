/**
 * The audit log: {@link dev.phigate.audit.AuditLog} takes records, loses none that it acknowledged, and proves with a signed tree
 * that none was altered (45 CFR 164.312(b), 164.312(c)).
 */
@NullMarked
package dev.phigate.audit;

import org.jspecify.annotations.NullMarked;
