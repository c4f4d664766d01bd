/** Runs while phigate is built: reads the Java SDKs of the clouds and leaves an index of their types in the plugin's jar. */
@NullMarked
package dev.phigate.rehearsal.build;

import org.jspecify.annotations.NullMarked;
