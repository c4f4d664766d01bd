/** Rules on databases in AWS. */
@NullMarked
package dev.phigate.policies.aws.database;

import org.jspecify.annotations.NullMarked;
