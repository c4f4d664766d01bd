@NullMarked
package dev.phigate.policies.hipaa;

import org.jspecify.annotations.NullMarked;
