@NullMarked
package dev.phigate.policies.analyzer;

import org.jspecify.annotations.NullMarked;
