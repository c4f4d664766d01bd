/** The Pulumi provider plugin {@code phigate}: its main class puts the protocol and the kinds of resources together. */
@NullMarked
package dev.phigate.provider;

import org.jspecify.annotations.NullMarked;
