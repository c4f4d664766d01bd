package dev.phigate.balancer.http.policy;

import dev.phigate.audit.fact.Name;
import dev.phigate.balancer.upstream.Timeouts;
import dev.phigate.balancer.upstream.Upstream;

/**
 * Where a route leads, or a share of its requests.
 *
 * @param upstream the upstream
 * @param name its name, as records have it
 * @param timeouts how long exchanges may take on this route to it
 * @param share its part of the sum of all shares; 0 for none
 */
public record Destination(Upstream upstream, Name name, Timeouts timeouts, int share) {}
