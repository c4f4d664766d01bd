/** Copies in a second region, and what outlives an environment: the intent, its plan, and its renderings. */
@NullMarked
package dev.phigate.components.backup;

import org.jspecify.annotations.NullMarked;
