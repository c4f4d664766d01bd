/** Rules on backups in AWS. */
@NullMarked
package dev.phigate.policies.aws.backup;

import org.jspecify.annotations.NullMarked;
