/**
 * One vocabulary for every target. Each entity has a package of its own with up to three kinds of types: an {@code Intent} (what the
 * stack file says, strictly read), a {@code Plan} (what follows from it: names, addresses, documents; pure, without Pulumi)
 * and a rendering for each target ({@code Local*}), which is thin.
 *
 * <p>The readers refuse what cannot be meant: unknown keys, wrong types, references to nothing. What must not be, such as
 * a plaintext upstream or a retention that is too short, they let pass: that is the policy pack's to judge, a second and
 * independent opinion with a citation.
 */
@NullMarked
package dev.phigate.components;

import org.jspecify.annotations.NullMarked;
