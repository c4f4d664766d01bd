/** What is recorded of certificates and keys: put in force, renewed, swapped, stapled, rotated, about to end, ended. Fingerprints only. */
@NullMarked
package dev.phigate.balancer.keys;

import org.jspecify.annotations.NullMarked;
