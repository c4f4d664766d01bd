/** What the rules of several AWS families share. */
@NullMarked
package dev.phigate.policies.aws;

import org.jspecify.annotations.NullMarked;
