@NullMarked
package dev.phigate.audit.store.view;

import org.jspecify.annotations.NullMarked;
