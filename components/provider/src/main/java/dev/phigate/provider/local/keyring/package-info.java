/** {@code phigate:local:KeyRing}: a CA, the certificates it issues, and data keys, in a folder. */
@NullMarked
package dev.phigate.provider.local.keyring;

import org.jspecify.annotations.NullMarked;
