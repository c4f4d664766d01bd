/** The keys of the clouds that sign audit logs, and the process that has them sign. It runs apart from the balancer, so that no SDK is loaded there. */
@NullMarked
package dev.phigate.audit.kms;

import org.jspecify.annotations.NullMarked;
