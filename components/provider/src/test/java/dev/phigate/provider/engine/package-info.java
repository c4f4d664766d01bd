/** Tests with the real Pulumi engine. */
@NullMarked
package dev.phigate.provider.engine;

import org.jspecify.annotations.NullMarked;
