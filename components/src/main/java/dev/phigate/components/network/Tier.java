package dev.phigate.components.network;

import java.util.Locale;

/** What stands in an environment's network, from the outside to the inside. Each tier has a security group, and reaches what the plan allows. */
public enum Tier {
    /** The cloud's layer-4 entry in front of the balancers: all that anybody outside reaches. */
    ENTRY,
    /** The balancers. */
    BALANCER,
    /** What the balancers forward to. */
    WORKLOAD,
    /** The private endpoints of the cloud's own services. */
    ENDPOINTS;

    /** As names and tags write it. */
    public String written() {
        return name().toLowerCase(Locale.ROOT);
    }
}
