/**
 * Judges files instead of running programs: what {@code pulumi stack export}, {@code pulumi preview --json} and {@code --event-log} write,
 * of any program in any language. Reading is streaming and strict; what cannot be read is an error, never a pass.
 */
@NullMarked
package dev.phigate.policies.offline;

import org.jspecify.annotations.NullMarked;
