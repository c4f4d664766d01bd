package dev.phigate.balancer.http.session;

import dev.phigate.balancer.secret.Secrets;
import dev.phigate.settings.Section;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The sessions of a route: automatic logoff (45 CFR 164.312(a)(2)(iii)) and affinity.
 *
 * @param secret what members of a fleet sign with; the newest signs, older ones still check. Empty only after a problem was noted
 * @param cookie the cookie's name; it begins with {@code __Host-}, so that no other host and no plain HTTP can set it
 * @param sameSite which requests of other sites carry it; default {@code lax}
 * @param sticky whether a session stays with its host while that is well; default true
 * @param idle how long a session lives without a request; default 15m
 * @param absolute how long a session lives at all; default 12h
 * @param endedAt where a client is sent (303) that asks for a page in a session that has ended; by default it gets 403
 * @param logout the path by which a user ends the session (GET or POST), which is answered here and sent on to {@code endedAt}; by
 *     default there is none
 * @param cookies cookies of the workload that pass only within the session in which a host set them, so that its end ends theirs
 */
public record SessionConfig(
        Optional<Secrets> secret,
        String cookie,
        SameSite sameSite,
        boolean sticky,
        Duration idle,
        Duration absolute,
        Optional<String> endedAt,
        Optional<String> logout,
        List<String> cookies) {
    private static final String TOKEN = "[A-Za-z0-9!#$%&'*+.^_`|~-]+";

    /** Which requests of other sites carry the cookie. */
    public enum SameSite {
        /** None. */
        STRICT,
        /** Those that lead a person here. */
        LAX;

        String written() {
            return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Reads the section {@code session} of a route.
     *
     * @param section the section
     * @param route the route's name, by which the cookie is called unless it is told otherwise
     */
    public static SessionConfig read(Section section, String route) {
        section.text("secret").required();
        Duration absolute = section.duration("absolute")
                .between(Duration.ofSeconds(1), Duration.ofDays(30))
                .orElse(Duration.ofHours(12));
        Duration idle = section.duration("idle")
                .between(Duration.ofSeconds(1), Duration.ofDays(30))
                .orElse(absolute.compareTo(Duration.ofMinutes(15)) < 0 ? absolute : Duration.ofMinutes(15));
        if (idle.compareTo(absolute) > 0) {
            section.problem("idle", "longer than absolute (expected: at most as long)");
        }
        List<String> cookies = section.texts("cookies").orElse(List.of());
        cookies.stream()
                .filter(name -> !name.matches(TOKEN))
                .forEach(name -> section.problem("cookies", name + " (expected: the name of a cookie)"));
        Optional<String> endedAt = section.text("endedAt")
                .must(
                        text -> text.matches("(https://[A-Za-z0-9.:\\[\\]-]+)?/[!-\"$-\\[\\]-~]*"),
                        "a path or an https:// URL")
                .optional();
        Optional<String> logout = section.text("logout")
                .must(text -> text.matches("/[!-\"$->@-\\[\\]-~]*"), "a path")
                .optional();
        if (logout.isPresent() && (endedAt.isEmpty() || endedAt.equals(logout))) {
            section.problem("logout", "needs another place to send its clients to (expected: endedAt beside it)");
        }
        return new SessionConfig(
                Secrets.read(section, "secret"),
                section.text("cookie")
                        .must(text -> text.matches("__Host-" + TOKEN), "a name that begins with __Host-")
                        .orElse("__Host-phigate-" + route),
                section.choice("sameSite", SameSite.class).orElse(SameSite.LAX),
                section.flag("sticky").orElse(true),
                idle,
                absolute,
                endedAt,
                logout,
                List.copyOf(cookies));
    }
}
