package dev.phigate.balancer.http;

/** What the {@link Gate} says to an exchange. */
sealed interface Decision permits Permit, Refusal {}
