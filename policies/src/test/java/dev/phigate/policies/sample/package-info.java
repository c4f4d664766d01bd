/** A pack as somebody else would write one: the code of docs/writing-rules.md. */
@NullMarked
package dev.phigate.policies.sample;

import org.jspecify.annotations.NullMarked;
