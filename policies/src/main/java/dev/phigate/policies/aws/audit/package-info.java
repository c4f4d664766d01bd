/** Rules on the audit trail in AWS: CloudTrail, AWS Config and CloudWatch Logs. */
@NullMarked
package dev.phigate.policies.aws.audit;

import org.jspecify.annotations.NullMarked;
