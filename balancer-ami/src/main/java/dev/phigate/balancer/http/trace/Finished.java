package dev.phigate.balancer.http.trace;

/** A span that is over, ready to be told. Immutable. */
public sealed interface Finished permits Span, Attempt {}
