package dev.phigate.balancer.upstream;

/** How requests are spread over the hosts of an upstream. Each follows the hosts' weights. */
public enum Balancing {
    /** One after the other. */
    ROUND_ROBIN,
    /** The host with the fewest requests under way for its weight. */
    LEAST_CONNECTIONS,
    /** The less busy of two hosts drawn by lot: nearly as even, and balancers that know nothing of each other do not herd. */
    POWER_OF_TWO,
    /** Equal keys go to the same host, as long as it is well and not much busier than the others. */
    CONSISTENT_HASH
}
