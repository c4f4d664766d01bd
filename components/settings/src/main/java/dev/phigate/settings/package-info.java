/**
 * Strict reading of settings documents (YAML or JSON): unknown keys, wrong types and impossible values are all collected
 * and reported at once, each with its path, so that nobody mends a file one error at a time.
 */
@NullMarked
package dev.phigate.settings;

import org.jspecify.annotations.NullMarked;
