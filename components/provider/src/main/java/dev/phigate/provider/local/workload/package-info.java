/** {@code phigate:local:Workload}: a demo HTTPS service that shows what it received. */
@NullMarked
package dev.phigate.provider.local.workload;

import org.jspecify.annotations.NullMarked;
