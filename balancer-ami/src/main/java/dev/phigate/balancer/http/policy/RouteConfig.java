package dev.phigate.balancer.http.policy;

import dev.phigate.settings.Section;

/**
 * Which requests go where.
 *
 * @param name how records name it
 * @param listener the listener's name
 * @param host {@code *} for every host, {@code *.example.org} for its subdomains, or one host; default {@code *}
 * @param pathPrefix the path and everything below it; {@code /api} is not a prefix of {@code /apis}; default {@code /}
 * @param upstream the upstream's name
 */
public record RouteConfig(String name, String listener, String host, String pathPrefix, String upstream) {
    /** Reads one entry of {@code routes}. */
    public static RouteConfig read(Section section) {
        return new RouteConfig(
                section.text("name")
                        .must(
                                text -> text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
                                "at most 64 letters, digits, dots, hyphens and underscores")
                        .required(),
                section.text("listener").required(),
                section.text("host")
                        .must(
                                text -> text.matches("\\*|(\\*\\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+\\]"),
                                "*, a host name in lower case, or *. before one")
                        .orElse("*"),
                section.text("pathPrefix")
                        .must(text -> text.matches("/[!-\"$-\\[\\]-~]*") && text.indexOf('?') < 0, "a path")
                        .orElse("/"),
                section.text("upstream").required());
    }
}
