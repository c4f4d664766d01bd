/**
 * Proves offline that a log is what its process wrote: needs the log's folder, the key that signed and, against a cut tail, a
 * checkpoint that was kept elsewhere. It reads and never writes.
 */
@NullMarked
package dev.phigate.audit.verify;

import org.jspecify.annotations.NullMarked;
