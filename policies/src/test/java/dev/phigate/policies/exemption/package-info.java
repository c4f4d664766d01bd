@NullMarked
package dev.phigate.policies.exemption;

import org.jspecify.annotations.NullMarked;
