/** What several tests need: folders that are cleaned up, inputs that are right, the plugin as a process. */
@NullMarked
package dev.phigate.provider.support;

import org.jspecify.annotations.NullMarked;
