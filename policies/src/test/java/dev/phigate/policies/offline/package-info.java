@NullMarked
package dev.phigate.policies.offline;

import org.jspecify.annotations.NullMarked;
