/** Judgements in the forms that people and programs read. */
@NullMarked
package dev.phigate.policies.report;

import org.jspecify.annotations.NullMarked;
