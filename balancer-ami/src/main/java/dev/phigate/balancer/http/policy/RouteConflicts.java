package dev.phigate.balancer.http.policy;

import dev.phigate.balancer.http.session.SessionConfig;
import dev.phigate.settings.Section;
import java.util.List;

/** What one route promises and another one of the same document would take away. */
public final class RouteConflicts {
    private RouteConflicts() {}

    /**
     * Notes what is wrong between routes.
     *
     * @param root the document
     * @param routes all its routes
     */
    public static void check(Section root, List<RouteConfig> routes) {
        for (int i = 0; i < routes.size(); i++) {
            checkCookie(root, routes.get(i), routes.subList(0, i));
        }
    }

    /**
     * Clients keep one cookie of a name for a host, whatever path, listener or port it is from: each of two routes would begin a new
     * session where the other's cookie comes, and no session would ever become idle or old.
     */
    private static void checkCookie(Section root, RouteConfig route, List<RouteConfig> before) {
        String cookie = route.session().map(SessionConfig::cookie).orElse("");
        before.stream()
                .filter(other -> !cookie.isEmpty()
                        && other.session().map(SessionConfig::cookie).orElse("").equals(cookie)
                        && !apart(route.match().host(), other.match().host()))
                .findFirst()
                .ifPresent(other -> root.problem(
                        "",
                        at(route) + ".session.cookie: " + cookie + " is the cookie of " + at(other)
                                + " too (expected: another name, or one host each, not the same and without *)"));
    }

    /** Whether no client sends one host's cookies to the other. */
    private static boolean apart(String host, String other) {
        return !host.startsWith("*") && !other.startsWith("*") && !host.equals(other);
    }

    private static String at(RouteConfig route) {
        return "routes[\"" + route.name() + "\"]";
    }
}
