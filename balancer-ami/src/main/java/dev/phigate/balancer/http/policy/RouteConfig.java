package dev.phigate.balancer.http.policy;

import dev.phigate.balancer.http.session.SessionConfig;
import dev.phigate.balancer.upstream.Timeouts;
import dev.phigate.settings.Section;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which requests go where, and what changes on their way.
 *
 * @param name how records name it
 * @param listener the listener's name
 * @param match which requests it takes
 * @param upstream the upstream's name; empty for a redirect
 * @param rewritePrefix what stands upstream instead of the path's prefix; by default the path stays
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
        String upstream,
        Optional<String> rewritePrefix,
        Optional<Redirect> redirect,
        Optional<SessionConfig> session,
        HeaderPolicy request,
        HeaderPolicy response,
        Timeouts.Otherwise timeouts,
        Optional<WebSocketConfig> webSocket) {
    private static final String PATH = "/[!-\"$-\\[\\]-~]*";

    /**
     * Which requests a route takes: those that everything given fits.
     *
     * @param host {@code *} for every host, {@code *.example.org} for its subdomains, or one host; default {@code *}
     * @param path exactly this path; by default the prefix decides
     * @param pathPrefix the path and everything below it; {@code /api} is not a prefix of {@code /apis}; default {@code /}
     * @param methods the methods; by default all
     * @param headers fields that must be there with exactly this value; by default none
     */
    public record Match(
            String host, Optional<String> path, String pathPrefix, List<String> methods, Map<String, String> headers) {
        static Match read(Section section) {
            Optional<String> exact = section.text("path")
                    .must(text -> text.matches(PATH) && text.indexOf('?') < 0, "a path")
                    .optional();
            Optional<String> prefix = section.text("pathPrefix")
                    .must(text -> text.matches(PATH) && text.indexOf('?') < 0, "a path")
                    .optional();
            if (exact.isPresent() && prefix.isPresent()) {
                section.problem("path", exact.orElseThrow() + " beside pathPrefix (expected: one of the two)");
            }
            List<String> methods = section.texts("methods").orElse(List.of());
            for (String method : methods) {
                if (!method.matches("[A-Z][A-Z-]{0,31}") || method.equals("CONNECT") || method.equals("TRACE")) {
                    section.problem("methods", method + " (expected: a method in upper case, not CONNECT or TRACE)");
                }
            }
            Map<String, String> headers = section.textMap("headers").orElse(Map.of());
            headers.keySet().forEach(name -> HeaderPolicy.checkName(section, "headers", name));
            return new Match(
                    section.text("host")
                            .must(
                                    text -> text.matches(
                                            "\\*|(\\*\\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+\\]"),
                                    "*, a host name in lower case, or *. before one")
                            .orElse("*"),
                    exact,
                    prefix.orElse("/"),
                    List.copyOf(methods),
                    Map.copyOf(headers));
        }

        /** As messages show it. */
        public String shown() {
            return host
                    + path.orElse(pathPrefix)
                    + (methods.isEmpty() ? "" : " " + methods)
                    + (headers.isEmpty() ? "" : " " + headers);
        }
    }

    /**
     * Where clients are sent.
     *
     * @param to an https URL; what follows the route's prefix in the request's target is appended
     * @param status 301, 302, 303, 307 or 308; default 308, which keeps the method
     */
    public record Redirect(String to, int status) {
        static Redirect read(Section section) {
            return new Redirect(
                    section.text("to")
                            .must(
                                    text -> text.matches("https://[A-Za-z0-9.:\\[\\]-]+(/[!-\"$-\\[\\]-~]*)?"),
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
        Optional<String> upstream = section.text("upstream").optional();
        Optional<String> rewrite = section.text("rewritePrefix")
                .must(text -> text.matches(PATH) && text.indexOf('?') < 0, "a path")
                .optional();
        Match match = Match.read(section);
        if (redirect.isPresent() == upstream.isPresent()) {
            section.problem(
                    "upstream",
                    (upstream.isPresent() ? "beside redirect" : "missing") + " (expected: upstream or redirect)");
        }
        if (rewrite.isPresent() && (redirect.isPresent() || match.path().isPresent())) {
            section.problem("rewritePrefix", "has no prefix to replace (expected: pathPrefix and upstream beside it)");
        }
        String name = section.text("name")
                .must(
                        text -> text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
                        "at most 64 letters, digits, dots, hyphens and underscores")
                .required();
        Optional<SessionConfig> session = section.optionalSection("session").map(own -> session(own, name, match));
        if (session.isPresent() && redirect.isPresent()) {
            section.problem("session", "beside redirect (expected: upstream)");
        }
        return new RouteConfig(
                name,
                section.text("listener").required(),
                match,
                upstream.orElse(""),
                rewrite,
                redirect,
                session,
                HeaderPolicy.read(section.section("requestHeaders")),
                HeaderPolicy.read(section.section("responseHeaders")),
                Timeouts.Otherwise.read(section.section("timeouts")),
                section.optionalSection("webSocket").map(WebSocketConfig::read));
    }

    private static SessionConfig session(Section section, String route, Match match) {
        SessionConfig session = SessionConfig.read(section, route);
        String below = match.path().orElse(match.pathPrefix());
        session.logout()
                .filter(path -> match.path().isPresent() || !path.startsWith(below))
                .ifPresent(path ->
                        section.problem("logout", path + " (expected: a path of this route, below " + below + ")"));
        return session;
    }
}
