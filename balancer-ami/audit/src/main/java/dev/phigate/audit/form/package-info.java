/** The form of a record: its fields, and its bytes by RFC 8785, written and read. What records there are is not known here. */
@NullMarked
package dev.phigate.audit.form;

import org.jspecify.annotations.NullMarked;
