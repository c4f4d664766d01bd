/**
 * What a policy is: a {@link dev.phigate.policies.pack.ResourceRule} asks one question about one resource, a
 * {@link dev.phigate.policies.pack.StackRule} about one resource among the others, a {@link dev.phigate.policies.Finding} is the answer,
 * and a {@link dev.phigate.policies.pack.Pack} is the table of rules with their citations. The HIPAA pack is in
 * {@link dev.phigate.policies.hipaa}; nothing here knows a cloud.
 */
@NullMarked
package dev.phigate.policies;

import org.jspecify.annotations.NullMarked;
