/** A twin: what it takes, refuses, invents and remembers. Knows types and tables, and no cloud by name. */
@NullMarked
package dev.phigate.rehearsal.twin;

import org.jspecify.annotations.NullMarked;
