/** Which requirement is kept by which test: docs/requirements.md against the tags of the tests. */
@NullMarked
package dev.phigate.cli.trace;

import org.jspecify.annotations.NullMarked;
