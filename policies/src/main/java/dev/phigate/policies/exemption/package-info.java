/**
 * Exemptions: somebody's signed and dated word that a resource may break a rule. Written in {@code exemptions.yaml} or on the resource itself,
 * shown on every run, and a finding themselves once they have expired or cover nothing.
 */
@NullMarked
package dev.phigate.policies.exemption;

import org.jspecify.annotations.NullMarked;
