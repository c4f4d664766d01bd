package dev.phigate.balancer.http.policy;

import dev.phigate.settings.Section;
import java.time.Duration;

/**
 * How a route carries WebSockets. Without it, requests for one are refused.
 *
 * @param idle how long both sides may be silent; default 5m
 * @param longest how long a WebSocket may last; default 12h
 * @param largestFrame the largest payload of a frame in bytes; default 16MiB
 */
public record WebSocketConfig(Duration idle, Duration longest, long largestFrame) {
    /** Reads the section {@code webSocket} of a route. */
    static WebSocketConfig read(Section section) {
        return new WebSocketConfig(
                section.duration("idle")
                        .between(Duration.ofMillis(1), Duration.ofDays(1))
                        .orElse(Duration.ofMinutes(5)),
                section.duration("longest")
                        .between(Duration.ofMillis(1), Duration.ofDays(7))
                        .orElse(Duration.ofHours(12)),
                section.bytes("frame").between(1L, 1L << 30).orElse(16L << 20));
    }
}
