/** Rehearsal twins of the clouds' Pulumi providers: the plugin's process and its side of the engine's protocol. */
@NullMarked
package dev.phigate.rehearsal;

import org.jspecify.annotations.NullMarked;
