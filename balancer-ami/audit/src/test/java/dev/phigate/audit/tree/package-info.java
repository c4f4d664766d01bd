@NullMarked
package dev.phigate.audit.tree;

import org.jspecify.annotations.NullMarked;
