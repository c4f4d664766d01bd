@NullMarked
package dev.phigate.policies;

import org.jspecify.annotations.NullMarked;
