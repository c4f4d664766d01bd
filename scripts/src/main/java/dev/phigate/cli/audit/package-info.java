/** {@code phigate audit}: proves, searches and shows audit logs. Reads, and never writes into a log. */
@NullMarked
package dev.phigate.cli.audit;

import org.jspecify.annotations.NullMarked;
