package dev.phigate.balancer.http.policy;

import dev.phigate.balancer.http.message.Request;
import io.netty.util.AsciiString;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a request: the exact host before the wildcard, the exact path before the longer prefix, more
 * demands before fewer.
 */
public final class Router {
    private final List<Route> routes;

    /** Routes of one listener, in any order. */
    public Router(List<Route> routes) {
        this.routes = routes.stream()
                .sorted(Comparator.comparingLong(Route::rank).reversed())
                .toList();
    }

    /** Whether any of the routes carries WebSockets. */
    public boolean webSockets() {
        return routes.stream().anyMatch(route -> route.config().webSocket().isPresent());
    }

    /** The route of a request, or null. */
    public @Nullable Route find(Request request) {
        var host = request.host();
        AsciiString path = PlainPath.of(request.target(), request.pathEnd());
        for (Route route : routes) {
            if (route.takes(host, request, path)) {
                return route;
            }
        }
        return null;
    }
}
