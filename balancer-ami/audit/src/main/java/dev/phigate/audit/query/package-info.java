/** Finds records again: who reached what, when and from where (45 CFR 164.312(b)). Reads only. */
@NullMarked
package dev.phigate.audit.query;

import org.jspecify.annotations.NullMarked;
