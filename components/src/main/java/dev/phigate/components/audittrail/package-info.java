/** The record of who reached what: the intent and its renderings. */
@NullMarked
package dev.phigate.components.audittrail;

import org.jspecify.annotations.NullMarked;
