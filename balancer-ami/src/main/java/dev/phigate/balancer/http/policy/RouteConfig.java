package dev.phigate.balancer.http.policy;

import dev.phigate.balancer.http.session.SessionConfig;
import dev.phigate.balancer.upstream.Timeouts;
import dev.phigate.settings.Section;
import dev.phigate.settings.Shape;
import io.netty.util.AsciiString;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which requests go where, and what changes on their way.
 *
 * @param name how records name it
 * @param listener the listener's name
 * @param match which requests it takes
 * @param upstreams the upstreams' names, each with its share of the requests; empty for a redirect
 * @param rewritePrefix what stands upstream instead of the path's prefix; by default the path stays
 * @param rewriteHost the host, perhaps with a port, that is asked for upstream; by default the one that the client asked for
 * @param redirect where clients are sent instead
 * @param session how sessions of browsers are kept; by default there are none
 * @param request what changes in the fields of requests
 * @param response what changes in the fields of responses
 * @param timeouts what differs from the upstream's
 * @param webSocket how WebSockets are carried; by default they are not
 */
public record RouteConfig(
        String name,
        String listener,
        Match match,
        Map<String, Integer> upstreams,
        Optional<String> rewritePrefix,
        Optional<String> rewriteHost,
        Optional<Redirect> redirect,
        Optional<SessionConfig> session,
        HeaderPolicy request,
        HeaderPolicy response,
        Timeouts.Otherwise timeouts,
        Optional<WebSocketConfig> webSocket) {
    /** The order in which routes are asked; by their names where they are equally exact, so that their places mean nothing. */
    static final Comparator<RouteConfig> MORE_EXACT_FIRST =
            Comparator.comparing(RouteConfig::match, Match.MORE_EXACT_FIRST).thenComparing(RouteConfig::name);

    /** The methods by which a session is ended. */
    static final List<String> LOGS_OUT = List.of("GET", "POST");

    private static final int MOST_SHARE = 1000;
    private static final String AUTHORITY = "([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+\\])(:[1-9][0-9]{0,4})?";

    /**
     * Which requests a route takes: those that everything given fits.
     *
     * @param host {@code *} for every host, {@code *.example.org} for its subdomains, or one host; default {@code *}
     * @param path the paths; by default all
     * @param methods the methods; by default all
     * @param headers fields that must be there with exactly this value; by default none
     * @param clients the names in verified client certificates; by default anybody's, and nobody's
     */
    public record Match(
            String host, PathMatch path, List<String> methods, Map<String, String> headers, Set<String> clients) {
        /**
         * The more exact the host, then the path, the earlier; then who demands a client's certificate, more fields, methods, and fewer of
         * them. These are not weighed against each other: no number of fields, which anybody can send, outranks a certificate.
         */
        private static final Comparator<Match> MORE_EXACT_FIRST = Comparator.comparingInt(
                        (Match match) -> -match.hostRank())
                .thenComparing(Match::path, PathMatch.MORE_EXACT_FIRST)
                .thenComparing(match -> match.clients().isEmpty())
                .thenComparingInt(match -> -match.headers().size())
                .thenComparing(match -> match.methods().isEmpty())
                .thenComparingInt(match -> Set.copyOf(match.methods()).size());

        static Match read(Section section) {
            List<String> methods = section.texts("methods").orElse(List.of());
            for (String method : methods) {
                if (!method.matches("[A-Z][A-Z-]{0,31}") || method.equals("CONNECT") || method.equals("TRACE")) {
                    section.problem("methods", method + " (expected: a method in upper case, not CONNECT or TRACE)");
                }
            }
            Map<String, String> headers = section.textMap("headers").orElse(Map.of());
            headers.forEach((name, value) -> {
                HeaderPolicy.checkName(section, "headers", name);
                HeaderPolicy.checkValue(section, "headers", name, value);
            });
            Optional<List<String>> clients = section.texts("clients").optional();
            if (clients.isPresent() && clients.orElseThrow().isEmpty()) {
                section.problem("clients", "names nobody (expected: at least one name in a client certificate)");
            }
            return new Match(
                    section.text("host")
                            .must(
                                    text -> text.matches(
                                            "\\*|(\\*\\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+\\]"),
                                    "*, a host name in lower case, or *. before one")
                            .orElse("*"),
                    PathMatch.read(section),
                    List.copyOf(methods),
                    Map.copyOf(headers),
                    Set.copyOf(clients.orElse(List.of())));
        }

        private int hostRank() {
            if (host.equals("*")) {
                return 0;
            }
            return host.startsWith("*.") ? host.length() : Integer.MAX_VALUE;
        }

        /** As messages show it. */
        public String shown() {
            return host
                    + path.shown()
                    + (methods.isEmpty() ? "" : " " + new TreeSet<>(methods))
                    + (headers.isEmpty() ? "" : " " + new TreeMap<>(headers))
                    + (clients.isEmpty() ? "" : " " + new TreeSet<>(clients));
        }

        /** Which requests are taken: equal for the same requests, however it was written. */
        public List<Object> taken() {
            return List.of(host, path.taken(), Set.copyOf(methods), headers, clients);
        }
    }

    /**
     * Where clients are sent.
     *
     * @param to an https URL; what follows the route's prefix in the request's target is appended
     * @param status 301, 302, 303, 307 or 308; default 308, which keeps the method
     */
    public record Redirect(String to, int status) {
        private static final int AUTHORITY = "https://".length();

        /** A URL that ends with its host gets a path: what is appended must never be read as more of the host, or as another. */
        public Redirect {
            to = to.indexOf('/', AUTHORITY) < 0 ? to + "/" : to;
        }

        /** Whether a client could go there: a host, as a name or an address, perhaps with a port, and nothing else. */
        private static boolean namesHost(String url) {
            int slash = url.indexOf('/', AUTHORITY);
            try {
                URI site = new URI(slash < 0 ? url : url.substring(0, slash));
                return site.getHost() != null && !site.getRawAuthority().endsWith(":") && site.getPort() <= 65_535;
            } catch (URISyntaxException e) {
                return false;
            }
        }

        static Redirect read(Section section) {
            return new Redirect(
                    section.text("to")
                            .must(
                                    text -> text.matches("https://[A-Za-z0-9.:\\[\\]-]+(/[!-\"$-\\[\\]-~]*)?")
                                            && namesHost(text),
                                    "an https:// URL")
                            .required(),
                    section.integer("status")
                            .must(List.of(301, 302, 303, 307, 308)::contains, "301, 302, 303, 307 or 308")
                            .orElse(308));
        }
    }

    /** Reads one entry of {@code routes}. */
    public static RouteConfig read(Section section) {
        Optional<Redirect> redirect = section.optionalSection("redirect").map(Redirect::read);
        Map<String, Integer> upstreams = upstreams(section, redirect.isPresent());
        Optional<String> rewrite = section.text("rewritePrefix")
                .must(text -> text.matches(PathMatch.PATH) && text.indexOf('?') < 0, "a path")
                .optional();
        Match match = Match.read(section);
        if (rewrite.isPresent() && (redirect.isPresent() || !(match.path() instanceof PathMatch.Prefix))) {
            section.problem("rewritePrefix", "has no prefix to replace (expected: pathPrefix and upstream beside it)");
        }
        if (redirect.isPresent() && match.path() instanceof PathMatch.Template template) {
            section.problem(
                    "pathTemplate",
                    template.shown()
                            + " beside redirect (expected: path or pathPrefix, behind which the rest is appended)");
        }
        String name = section.text("name")
                .must(
                        text -> text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
                        "at most 64 letters, digits, dots, hyphens and underscores")
                .required();
        Optional<SessionConfig> session = section.optionalSection("session").map(own -> session(own, name, match));
        RouteConfig config = new RouteConfig(
                name,
                section.text("listener").required(),
                match,
                upstreams,
                rewrite,
                section.text("rewriteHost")
                        .must(
                                text -> text.matches(AUTHORITY),
                                "a host name in lower case or an address, perhaps with a port")
                        .optional(),
                redirect,
                session,
                HeaderPolicy.read(section.section("requestHeaders")),
                HeaderPolicy.read(section.section("responseHeaders")),
                Timeouts.Otherwise.read(section.section("timeouts")),
                section.optionalSection("webSocket").map(WebSocketConfig::read));
        if (redirect.isPresent()) {
            // Whoever is sent elsewhere is answered before any of these counts.
            for (String key :
                    List.of("session", "rewriteHost", "requestHeaders", "responseHeaders", "timeouts", "webSocket")) {
                section.raw(key).ifPresent(value -> section.problem(key, "beside redirect (expected: upstream)"));
            }
        }
        return config;
    }

    private static Map<String, Integer> upstreams(Section section, boolean redirect) {
        Optional<String> one = section.text("upstream").optional();
        Section shares = section.section("upstreams");
        if (shares.describing()) {
            var _ = shares.integer(Shape.ANY).between(0, MOST_SHARE).optional();
        }
        Map<String, Integer> all = new LinkedHashMap<>();
        for (String name : shares.keys()) {
            all.put(name, shares.integer(name).between(0, MOST_SHARE).optional().orElse(0));
        }
        one.ifPresent(name -> all.put(name, 1));
        if (one.isPresent() && !shares.keys().isEmpty()) {
            section.problem("upstreams", "beside upstream (expected: one of the two)");
        } else if (redirect == !all.isEmpty()) {
            section.problem(
                    one.isPresent() || all.isEmpty() ? "upstream" : "upstreams",
                    (redirect ? "beside redirect" : "missing") + " (expected: upstream, upstreams or redirect)");
        } else if (!all.isEmpty() && all.values().stream().allMatch(share -> share == 0)) {
            section.problem("upstreams", "nobody has a share (expected: at least one above 0)");
        }
        return Collections.unmodifiableMap(all);
    }

    private static SessionConfig session(Section section, String route, Match match) {
        SessionConfig session = SessionConfig.read(section, route);
        session.logout()
                .filter(path -> match.path() instanceof PathMatch.Exact
                        || !match.path().takes(PlainPath.of(new AsciiString(path), path.length())))
                .ifPresent(path -> section.problem(
                        "logout",
                        path + " (expected: a path of this route, below "
                                + match.path().shown() + ")"));
        session.logout()
                .filter(path -> !match.methods().isEmpty() && Collections.disjoint(match.methods(), LOGS_OUT))
                .ifPresent(path -> section.problem(
                        "logout", path + " is asked for by GET or POST (expected: one of the two among methods)"));
        return session;
    }
}
