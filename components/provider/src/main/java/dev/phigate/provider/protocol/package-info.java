/**
 * The provider's side of Pulumi's plugin protocol, for any kind of resource: properties with unknown and secret values,
 * the service, and how failures become answers. Knows no resource; {@link dev.phigate.provider.protocol.ResourceKind} is the border.
 */
@NullMarked
package dev.phigate.provider.protocol;

import org.jspecify.annotations.NullMarked;
