/** Who may do what: the intent, the roles that follow from it, and their renderings. */
@NullMarked
package dev.phigate.components.identity;

import org.jspecify.annotations.NullMarked;
