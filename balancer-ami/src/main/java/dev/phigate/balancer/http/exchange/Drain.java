package dev.phigate.balancer.http.exchange;

/** Fired through a connection's pipeline when the process is about to stop: finish what is under way, begin nothing. */
public enum Drain {
    /** The only one. */
    NOW
}
