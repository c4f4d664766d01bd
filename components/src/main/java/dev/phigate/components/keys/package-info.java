/** Certificates and data keys: the intent, what follows from it, and its renderings. */
@NullMarked
package dev.phigate.components.keys;

import org.jspecify.annotations.NullMarked;
