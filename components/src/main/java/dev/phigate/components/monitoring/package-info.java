/** What raises an alarm, and whom it wakes: the intent, its plan of events, and its renderings. */
@NullMarked
package dev.phigate.components.monitoring;

import org.jspecify.annotations.NullMarked;
