/** Processes that outlive the plugin, and are never orphaned and never mistaken for another. */
@NullMarked
package dev.phigate.provider.local.process;

import org.jspecify.annotations.NullMarked;
