/** Rules on alarms and intrusion detection in AWS. */
@NullMarked
package dev.phigate.policies.aws.monitoring;

import org.jspecify.annotations.NullMarked;
