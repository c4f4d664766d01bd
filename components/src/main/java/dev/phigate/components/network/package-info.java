/** The network of an environment: the intent, its plan of addresses and of who may reach whom, and its renderings. */
@NullMarked
package dev.phigate.components.network;

import org.jspecify.annotations.NullMarked;
