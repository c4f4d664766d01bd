/** Rules on every resource of every cloud. */
@NullMarked
package dev.phigate.policies.any;

import org.jspecify.annotations.NullMarked;
