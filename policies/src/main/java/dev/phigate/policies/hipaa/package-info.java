/** The HIPAA pack: the tables of all families with their catalogue of titles, requirements and equivalents. */
@NullMarked
package dev.phigate.policies.hipaa;

import org.jspecify.annotations.NullMarked;
