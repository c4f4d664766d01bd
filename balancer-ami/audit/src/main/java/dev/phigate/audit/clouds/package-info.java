/** Where what knows the clouds is installed: nothing else of the audit log loads an SDK. */
@NullMarked
package dev.phigate.audit.clouds;

import org.jspecify.annotations.NullMarked;
