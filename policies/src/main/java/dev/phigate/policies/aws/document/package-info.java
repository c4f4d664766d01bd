/** Policy documents of AWS (IAM, key, bucket and endpoint policies) as a model: statements, principals, actions, resources, conditions. */
@NullMarked
package dev.phigate.policies.aws.document;

import org.jspecify.annotations.NullMarked;
