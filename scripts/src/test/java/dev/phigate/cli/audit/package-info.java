/** Tests of the audit commands. */
@NullMarked
package dev.phigate.cli.audit;

import org.jspecify.annotations.NullMarked;
