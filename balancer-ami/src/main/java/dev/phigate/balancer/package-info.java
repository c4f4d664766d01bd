/** The balancer's composition: its configuration document, its assembly, reload, stop and command line. */
@NullMarked
package dev.phigate.balancer;

import org.jspecify.annotations.NullMarked;
