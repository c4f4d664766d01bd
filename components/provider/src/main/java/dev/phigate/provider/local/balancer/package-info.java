/** {@code phigate:local:Balancer}: the balancer as a supervised process. */
@NullMarked
package dev.phigate.provider.local.balancer;

import org.jspecify.annotations.NullMarked;
