@NullMarked
package dev.phigate.policies.report;

import org.jspecify.annotations.NullMarked;
