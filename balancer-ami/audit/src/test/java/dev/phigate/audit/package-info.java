@NullMarked
package dev.phigate.audit;

import org.jspecify.annotations.NullMarked;
