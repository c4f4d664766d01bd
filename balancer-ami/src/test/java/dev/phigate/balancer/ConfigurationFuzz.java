package dev.phigate.balancer;

import dev.phigate.settings.InvalidSettings;
import dev.phigate.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Fuzz target: the configuration. Any text is one, or is refused with problems that each stand on a line and say something. */
public final class ConfigurationFuzz {
    private static final Path FILE = Path.of("/fuzz.yaml");

    private ConfigurationFuzz() {}

    /** Documents to begin with: one with most keys, and ones that name themselves again and again. */
    public static List<String> seeds() {
        return List.of(
                """
                listeners:
                  - {name: https, address: 127.0.0.1, port: 8443, tls: {certificate: /p/a.crt, privateKey: /p/a.key, minimumVersion: TLSv1.3},
                     timeouts: {header: 1s}, limits: {url: 8KiB, connections: 10, requestsPerSource: {perSecond: 5, burst: 9}}}
                upstreams:
                  - {name: ehr, hosts: ["https://127.0.0.1:1"], protocol: http/2, balancing: consistent-hash, hash: {cookie: sid},
                     weights: {"https://127.0.0.1:1": 2}, tls: {trust: /p/ca.crt, serverName: a.b}, retries: {most: 2, percent: 20},
                     health: {check: {path: /, interval: 5s}}, breaker: {percent: 50}}
                routes:
                  - {name: all, listener: https, host: "*.a", pathPrefix: /a, methods: [GET], headers: {x: y}, upstream: ehr,
                     session: {secret: "file:/p/s", idle: 15m, cookies: [A]}, responseHeaders: {set: {x: y}, remove: [z]}, webSocket: {}}
                  - {name: old, listener: https, redirect: {to: "https://a/b", status: 308}}
                audit: {directory: /p/audit, origin: a, key: "aws-kms:arn", ship: {to: "s3:b/c"}}
                admin: {address: "::1", port: 1, tls: {certificate: /p/a.crt, privateKey: /p/a.key, clientTrust: /p/ca, clients: [a]}}
                telemetry: {otlp: {endpoint: "https://a:1", headers: {a: "file:/p/b"}, traces: {oneIn: 1}}}
                upgrade: {socket: /run/a}
                """,
                "zone: {a: &a [x, x, x, x], b: &b [*a, *a, *a, *a], c: &c [*b, *b, *b, *b], d: [*c, *c, *c, *c]}\n",
                "listeners: &a [*a]\nzone: !!java.net.URL [a]\n<<: *a\n",
                "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[");
    }

    /** One input: the document. */
    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        try {
            Settings.yaml(FILE.toString(), text, root -> BalancerConfig.read(FILE, "", Instant.EPOCH, root));
        } catch (InvalidSettings e) {
            boolean told = !e.problems().isEmpty()
                    && e.problems().stream()
                            .allMatch(one -> !one.isBlank() && one.lines().count() == 1);
            if (!told) {
                throw new IllegalStateException("refused with " + e.problems(), e);
            }
        }
    }
}
