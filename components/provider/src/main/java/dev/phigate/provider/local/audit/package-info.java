/** {@code phigate:local:AuditStore}: the folder that audit records are appended to, and that survives. */
@NullMarked
package dev.phigate.provider.local.audit;

import org.jspecify.annotations.NullMarked;
