/** The pack behind the Pulumi engine's Analyzer protocol: one process for each preview or update, one connection. */
@NullMarked
package dev.phigate.policies.analyzer;

import org.jspecify.annotations.NullMarked;
