/** Site-to-site VPN to the sites that use an environment: the intent, its plan of connections, and its renderings. */
@NullMarked
package dev.phigate.components.vpn;

import org.jspecify.annotations.NullMarked;
