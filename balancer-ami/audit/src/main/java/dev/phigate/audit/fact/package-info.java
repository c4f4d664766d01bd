/**
 * The values a record may hold. Each has a closed alphabet or a bounded, cleaned text, so that no path, query string, header or
 * body fits into one (45 CFR 164.502(b), minimum necessary).
 */
@NullMarked
package dev.phigate.audit.fact;

import org.jspecify.annotations.NullMarked;
