package dev.phigate.balancer.http.policy;

import dev.phigate.balancer.http.session.SessionConfig;
import dev.phigate.settings.Section;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Optional;

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
            checkLogout(root, routes.get(i), routes);
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

    /** A route is asked by whoever asks for its logout, unless another one that takes all of these requests stands before it. */
    private static void checkLogout(Section root, RouteConfig route, List<RouteConfig> all) {
        String logout = route.session().flatMap(SessionConfig::logout).orElse("");
        if (!logout.startsWith("/")) {
            return;
        }
        AsciiString path = PlainPath.of(new AsciiString(logout), logout.length());
        for (String method : RouteConfig.LOGS_OUT) {
            Optional<RouteConfig> taker = all.stream()
                    .filter(other -> other.listener().equals(route.listener())
                            && RouteConfig.MORE_EXACT_FIRST.compare(other, route) < 0
                            && takes(route.match(), method)
                            && takes(other.match(), method)
                            && other.match().path().takes(path)
                            && takesAllOf(other.match(), route.match()))
                    .findFirst();
            if (taker.isPresent()) {
                root.problem(
                        "",
                        at(route) + ".session.logout: " + method + " " + logout + " is taken by "
                                + at(taker.orElseThrow()) + " before (expected: a path that reaches this route)");
                return;
            }
        }
    }

    private static boolean takes(RouteConfig.Match match, String method) {
        return match.methods().isEmpty() || match.methods().contains(method);
    }

    /** Whether the other's hosts, fields and clients are all taken. A host that covers another, and is no less exact, is the same. */
    private static boolean takesAllOf(RouteConfig.Match match, RouteConfig.Match other) {
        return match.host().equals(other.host())
                && other.headers().entrySet().containsAll(match.headers().entrySet())
                && (match.clients().isEmpty()
                        || (!other.clients().isEmpty() && match.clients().containsAll(other.clients())));
    }

    private static String at(RouteConfig route) {
        return "routes[\"" + route.name() + "\"]";
    }
}
