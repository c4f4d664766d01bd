/** What every rendering for AWS shares: where it builds, how things are named and tagged, and policy documents as values. */
@NullMarked
package dev.phigate.components.aws;

import org.jspecify.annotations.NullMarked;
