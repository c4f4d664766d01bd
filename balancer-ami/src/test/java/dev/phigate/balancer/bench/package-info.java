/** What tests of several topics stand on: a balancer with its certificates, and real clients and hosts around it. It knows no test. */
@NullMarked
package dev.phigate.balancer.bench;

import org.jspecify.annotations.NullMarked;
