package dev.phigate.components.balancer;

import dev.phigate.components.Wording;
import dev.phigate.settings.Section;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which requests go to which upstream.
 *
 * @param name {@code name}, as audit records show it
 * @param listener {@code listener} it belongs to
 * @param host {@code host} that the request names; {@code *}, the default, is any
 * @param pathPrefix {@code pathPrefix} of the request's path; {@code /} by default
 * @param upstream {@code upstream} that it goes to
 */
public record RouteIntent(String name, String listener, String host, String pathPrefix, String upstream) {
    static RouteIntent read(Section section, Collection<String> listeners, Collection<String> upstreams) {
        return new RouteIntent(
                section.text("name").orElse(""),
                Wording.reference(section, "listener", listeners),
                section.text("host")
                        .must(host -> !host.isBlank(), "a host name, or *")
                        .orElse("*"),
                section.text("pathPrefix")
                        .must(path -> path.startsWith("/"), "a path that starts with /")
                        .orElse("/"),
                Wording.reference(section, "upstream", upstreams));
    }

    Map<String, Object> document() {
        Map<String, Object> route = new LinkedHashMap<>();
        route.put("name", name);
        route.put("listener", listener);
        route.put("host", host);
        route.put("pathPrefix", pathPrefix);
        route.put("upstream", upstream);
        return route;
    }
}
