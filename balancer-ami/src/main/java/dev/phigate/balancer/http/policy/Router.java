package dev.phigate.balancer.http.policy;

import dev.phigate.balancer.http.message.Request;
import io.netty.util.AsciiString;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a request: the exact host before the wildcard, the exact path before the template or prefix of
 * which more stands fixed, then by what is demanded, then by the route's name.
 */
public final class Router {
    private final List<Route> routes;

    /** Routes of one listener, in any order. */
    public Router(List<Route> routes) {
        this.routes = routes.stream()
                .sorted(Comparator.comparing(Route::config, RouteConfig.MORE_EXACT_FIRST))
                .toList();
    }

    /** Whether any of the routes carries WebSockets. */
    public boolean webSockets() {
        return routes.stream().anyMatch(route -> route.config().webSocket().isPresent());
    }

    /**
     * The route of a request, or null.
     *
     * @param identity the name in its client's verified certificate; null for none
     */
    public @Nullable Route find(Request request, @Nullable String identity) {
        var host = request.host();
        AsciiString path = PlainPath.of(request.target(), request.pathEnd());
        for (Route route : routes) {
            if (route.takes(host, request, path, identity)) {
                return route;
            }
        }
        return null;
    }
}
