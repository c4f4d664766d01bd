package dev.phigate.balancer;

import dev.phigate.balancer.admin.AdminConfig;
import dev.phigate.balancer.audit.AuditConfig;
import dev.phigate.balancer.http.policy.RouteConfig;
import dev.phigate.balancer.http.policy.RouteConflicts;
import dev.phigate.balancer.http.redirect.RedirectConfig;
import dev.phigate.balancer.http.session.SessionConfig;
import dev.phigate.balancer.listener.ListenerConfig;
import dev.phigate.balancer.listener.Sockets;
import dev.phigate.balancer.secret.Secrets;
import dev.phigate.balancer.telemetry.otlp.OtlpConfig;
import dev.phigate.balancer.upstream.UpstreamConfig;
import dev.phigate.settings.InvalidSettings;
import dev.phigate.settings.Section;
import dev.phigate.settings.Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration document, with every file it names read and checked.
 *
 * @param path where it was read
 * @param digest the SHA-256 of the document, in hexadecimal
 * @param readAt when the reading of the document, and of the files that it names, began
 * @param listeners the listeners, at least one
 * @param upstreams the upstreams, at least one
 * @param routes the routes, at least one
 * @param zone the zone this balancer is in, whose hosts it prefers; by default none
 * @param audit where the audit log is
 * @param admin the administrators' interface
 * @param watch which files are looked at for changes, each second; a change reloads; default {@code certificates}
 * @param upgradeSocket where a successor gets the listening sockets ({@code run --take-over}); by default nowhere
 * @param otlp the collector that metrics and traces are told to; by default none
 * @param shutdown how it ends
 */
record BalancerConfig(
        Path path,
        String digest,
        Instant readAt,
        List<ListenerConfig> listeners,
        List<UpstreamConfig> upstreams,
        List<RouteConfig> routes,
        String zone,
        AuditConfig audit,
        AdminConfig admin,
        Watch watch,
        Optional<Path> upgradeSocket,
        Optional<OtlpConfig> otlp,
        Shutdown shutdown) {
    private static final String LISTENER = "a listener with tls";

    /**
     * How a balancer ends that nobody takes over from.
     *
     * @param delay how long it still serves as before while {@code /readyz} says no, so that whoever sends clients to it has time to send
     *     them elsewhere; default 0ms
     * @param drain how long it then waits for exchanges under way; default 10s
     */
    record Shutdown(Duration delay, Duration drain) {
        private static final Duration LONGEST = Duration.ofHours(1);

        static Shutdown read(Section section) {
            return new Shutdown(
                    section.duration("delay").between(Duration.ZERO, LONGEST).orElse(Duration.ZERO),
                    section.duration("drain").between(Duration.ZERO, LONGEST).orElse(Duration.ofSeconds(10)));
        }
    }

    /** Which files are looked at for changes. */
    enum Watch {
        /** None: only SIGHUP reloads. */
        NOTHING,
        /** Certificates, keys, authorities and secrets. */
        CERTIFICATES,
        /** These, and the document. */
        EVERYTHING
    }

    /**
     * Reads a document.
     *
     * @throws InvalidSettings with every problem in it
     * @throws IOException with a complete message, when the file cannot be read
     */
    static BalancerConfig read(Path path) throws IOException {
        Instant began = Instant.now();
        byte[] document = bytes(path);
        String digest = digest(document);
        try {
            return Settings.yaml(
                    path.toString(),
                    new String(document, StandardCharsets.UTF_8),
                    root -> read(path, digest, began, root));
        } catch (InvalidPathException e) {
            throw new IOException(
                    path + ": " + e.getInput()
                            + " (expected: a path that can be named in this process's locale, which is "
                            + System.getProperty("sun.jnu.encoding") + "; start it with LANG=C.UTF-8)",
                    e);
        }
    }

    /** The JDK's own messages are the path and nothing else. */
    private static byte[] bytes(Path path) throws IOException {
        try {
            return Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            throw new IOException(path + " does not exist (expected: a configuration file)", e);
        } catch (IOException e) {
            String why = e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
            throw new IOException(
                    path + " cannot be read: " + why + " (expected: a configuration file that this user may read)", e);
        }
    }

    /** Reads a document that is parsed; what is wrong is noted in it. */
    static BalancerConfig read(Path path, String digest, Instant began, Section root) {
        BalancerConfig config = new BalancerConfig(
                path,
                digest,
                began,
                root.atLeastOneSection("listeners").stream()
                        .map(ListenerConfig::read)
                        .toList(),
                root.atLeastOneSection("upstreams").stream()
                        .map(UpstreamConfig::read)
                        .toList(),
                root.atLeastOneSection("routes").stream().map(RouteConfig::read).toList(),
                root.text("zone")
                        .must(
                                text -> text.matches(UpstreamConfig.ZONE),
                                "at most 64 letters, digits, dots, hyphens and underscores")
                        .orElse(""),
                AuditConfig.read(root.section("audit")),
                AdminConfig.read(root.section("admin")),
                root.section("reload").choice("watch", Watch.class).orElse(Watch.CERTIFICATES),
                root.section("upgrade")
                        .text("socket")
                        .must(
                                text -> text.startsWith("/") && text.length() < 100,
                                "an absolute path, not longer than 99")
                        .optional()
                        .map(Path::of),
                root.section("telemetry").optionalSection("otlp").map(OtlpConfig::read),
                Shutdown.read(root.section("shutdown")));
        config.checkNames(root);
        RouteConflicts.check(root, config.routes());
        config.checkRedirects(root);
        config.checkZones(root);
        config.checkAddresses(root);
        config.checkTraces(root);
        return config;
    }

    /** The files whose change asks for a reload. */
    Set<Path> watchedFiles() {
        if (watch == Watch.NOTHING) {
            return Set.of();
        }
        Set<Path> files = new LinkedHashSet<>();
        listeners.forEach(listener -> listener.tls().ifPresent(tls -> files.addAll(tls.files())));
        files.addAll(admin.tls().files());
        for (UpstreamConfig upstream : upstreams) {
            upstream.tls().trust().ifPresent(trust -> files.add(trust.file()));
            upstream.tls().identity().ifPresent(identity -> files.addAll(identity.files()));
        }
        otlp.ifPresent(collector -> files.addAll(collector.files()));
        for (RouteConfig route : routes) {
            route.session()
                    .flatMap(SessionConfig::secret)
                    .flatMap(Secrets::file)
                    .ifPresent(files::add);
        }
        if (watch == Watch.EVERYTHING) {
            files.add(path);
        }
        return files;
    }

    private void checkNames(Section root) {
        Set<String> listenerNames = unique(root, "listeners", listeners, ListenerConfig::name);
        Set<String> serving = serving().keySet();
        Set<String> upstreamNames = unique(root, "upstreams", upstreams, UpstreamConfig::name);
        unique(root, "routes", routes, RouteConfig::name);
        unique(
                root,
                "routes",
                routes,
                route -> List.of(route.listener(), route.match().taken()),
                route -> route.listener() + " " + route.match().shown());
        for (RouteConfig route : routes) {
            String at = "routes[\"" + route.name() + "\"]";
            if (!serving.contains(route.listener())) {
                boolean redirects = listenerNames.contains(route.listener());
                problem(
                        root,
                        at + ".listener: " + route.listener() + (redirects ? " only redirects" : ""),
                        LISTENER,
                        serving);
            }
            for (String upstream : route.upstreams().keySet()) {
                if (!upstreamNames.contains(upstream)) {
                    problem(
                            root,
                            at + (route.upstreams().size() == 1 ? ".upstream: " : ".upstreams: ") + upstream,
                            "an upstream",
                            upstreamNames);
                }
            }
            if (!route.match().clients().isEmpty()
                    && listeners.stream().anyMatch(listener -> asksNobody(listener, route))) {
                root.problem(
                        "",
                        at + ".clients: listener " + route.listener()
                                + " asks nobody for a certificate (expected: tls.clientTrust there)");
            }
        }
        if (listenerNames.contains("admin")) {
            root.problem(
                    "", "listeners[\"admin\"].name: admin (expected: another name; this one is the admin listener's)");
        }
    }

    private static boolean asksNobody(ListenerConfig listener, RouteConfig route) {
        return listener.name().equals(route.listener())
                && listener.tls().filter(tls -> tls.clients().isEmpty()).isPresent();
    }

    /** The listeners that speak TLS, by name. */
    private Map<String, ListenerConfig> serving() {
        Map<String, ListenerConfig> serving = new LinkedHashMap<>();
        listeners.stream()
                .filter(listener ->
                        listener.tls().isPresent() || listener.redirect().isEmpty())
                .forEach(listener -> serving.put(listener.name(), listener));
        return serving;
    }

    /** The port that the listener listens at to which another one sends clients; 0 when the system chooses it. */
    int portBehind(RedirectConfig redirect) {
        ListenerConfig listener = serving().get(redirect.listener());
        return listener == null ? 0 : listener.address().getPort();
    }

    private void checkRedirects(Section root) {
        for (ListenerConfig listener : listeners) {
            RedirectConfig redirect = listener.redirect().orElse(null);
            if (redirect == null || redirect.listener().isEmpty()) {
                // The second was told where it was read.
                continue;
            }
            String at = "listeners[\"" + listener.name() + "\"].redirect.";
            if (!serving().containsKey(redirect.listener())) {
                problem(
                        root,
                        at + "listener: " + redirect.listener(),
                        LISTENER,
                        serving().keySet());
            } else if (redirect.port().isEmpty() && portBehind(redirect) == 0) {
                root.problem(
                        "",
                        at + "port: missing (expected: the port that clients reach \"" + redirect.listener()
                                + "\" at, since the system chooses the one it listens at)");
            }
        }
    }

    private void checkZones(Section root) {
        for (UpstreamConfig upstream : upstreams) {
            if (zone.isEmpty()
                    && upstream.hosts().stream().anyMatch(host -> !host.zone().isEmpty())) {
                root.problem(
                        "",
                        "upstreams[\"" + upstream.name() + "\"].zones: nothing says which zone is ours"
                                + " (expected: zone at the top of the document)");
            }
        }
    }

    private static void problem(Section root, String what, String kind, Set<String> expected) {
        root.problem(
                "",
                what + " (expected: "
                        + (expected.isEmpty() ? kind + "; there is none" : "one of " + String.join(", ", expected))
                        + ")");
    }

    private static <T> Set<String> unique(Section root, String key, List<T> all, Function<T, String> name) {
        return unique(root, key, all, name, name);
    }

    private static <T, K> Set<K> unique(
            Section root, String key, List<T> all, Function<T, K> what, Function<T, String> shown) {
        Set<K> seen = new LinkedHashSet<>();
        for (T one : all) {
            if (!seen.add(what.apply(one))) {
                root.problem(key, "\"" + shown.apply(one) + "\" is there twice (expected: each once)");
            }
        }
        return seen;
    }

    private void checkTraces(Section root) {
        boolean told = otlp.flatMap(OtlpConfig::traces).isPresent();
        if (told && listeners.stream().allMatch(listener -> listener.trace().isEmpty())) {
            root.problem(
                    "",
                    "telemetry.otlp.traces: no listener takes part in traces (expected: trace: {} at those that are to)");
        }
    }

    private void checkAddresses(Section root) {
        Set<InetSocketAddress> seen = new HashSet<>();
        seen.add(admin.address());
        for (ListenerConfig listener : listeners) {
            if (listener.address().getPort() != 0 && !seen.add(listener.address())) {
                root.problem(
                        "",
                        "listeners[\"" + listener.name() + "\"]: " + Sockets.text(listener.address())
                                + " is used by another listener too");
            }
        }
    }

    /** The SHA-256 of a document as it is, valid or not, in hexadecimal; absent when it cannot be read. */
    static @Nullable String digest(Path path) {
        try {
            return digest(Files.readAllBytes(path));
        } catch (IOException | OutOfMemoryError e) {
            return null;
        }
    }

    private static String digest(byte[] document) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(document));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
