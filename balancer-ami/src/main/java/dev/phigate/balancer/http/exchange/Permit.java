package dev.phigate.balancer.http.exchange;

import dev.phigate.balancer.http.policy.Route;

/** Leave to forward one exchange along a route. Only {@link Gate} makes one, so that nothing is forwarded unchecked. */
final class Permit implements Decision {
    private final Route route;

    Permit(Route route) {
        this.route = route;
    }

    Route route() {
        return route;
    }
}
