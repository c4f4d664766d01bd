/** The administrators' HTTP interface, behind mutual TLS. */
@NullMarked
package dev.phigate.balancer.admin;

import org.jspecify.annotations.NullMarked;
