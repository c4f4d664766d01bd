/** Files and folders that only their owner reads, written so that a crash leaves the old or the new one, never half of one. */
@NullMarked
package dev.phigate.provider.local.files;

import org.jspecify.annotations.NullMarked;
