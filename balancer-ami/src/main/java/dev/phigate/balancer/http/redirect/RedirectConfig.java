package dev.phigate.balancer.http.redirect;

import dev.phigate.settings.Section;
import java.util.List;
import java.util.Optional;

/**
 * Where a listener without TLS sends its clients.
 *
 * @param listener the name of the listener that serves them, which speaks TLS
 * @param port the port that clients reach it at; by default the one it listens at
 * @param host the host that clients are sent to; by default the one that they asked for
 * @param status 301, 302, 307 or 308; default 308, which keeps the method
 */
public record RedirectConfig(String listener, Optional<Integer> port, Optional<String> host, int status) {
    private static final int LARGEST_PORT = 65535;
    private static final String HOST = "[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+\\]";

    /** Reads the section {@code redirect} of a listener. */
    public static RedirectConfig read(Section section) {
        return new RedirectConfig(
                section.text("listener")
                        .must(text -> !text.isEmpty(), "the name of a listener with tls")
                        .required(),
                section.integer("port").between(1, LARGEST_PORT).optional(),
                section.text("host")
                        .must(text -> text.matches(HOST), "a host name in lower case or an address, without a port")
                        .optional(),
                section.integer("status")
                        .must(List.of(301, 302, 307, 308)::contains, "301, 302, 307 or 308")
                        .orElse(308));
    }
}
