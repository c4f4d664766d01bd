/** The resources of our own provider, which builds on this machine: types {@code phigate:local:*}, as docs/architecture.md defines them. */
@NullMarked
package dev.phigate.components.local;

import org.jspecify.annotations.NullMarked;
