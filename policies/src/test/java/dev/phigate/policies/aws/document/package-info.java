@NullMarked
package dev.phigate.policies.aws.document;

import org.jspecify.annotations.NullMarked;
