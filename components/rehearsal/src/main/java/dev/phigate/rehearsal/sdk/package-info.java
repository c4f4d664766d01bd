/** The types of the clouds' providers, read from the index that the build made: resources, functions, objects, enums. */
@NullMarked
package dev.phigate.rehearsal.sdk;

import org.jspecify.annotations.NullMarked;
