package dev.phigate.balancer.upstream;

import dev.phigate.balancer.tls.ClientTlsConfig;
import dev.phigate.balancer.upstream.guard.BreakerConfig;
import dev.phigate.balancer.upstream.guard.LimiterConfig;
import dev.phigate.settings.Section;
import dev.phigate.settings.Shape;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A group of hosts that serve the same thing.
 *
 * @param name what routes call it
 * @param hosts the hosts, each once; none when they are found while it runs
 * @param discovery where the hosts are found; absent when they are listed
 * @param balancing how requests are spread; default {@code round-robin}
 * @param hash what requests that belong together have in common, for {@code consistent-hash}
 * @param zonePercent how many of 100 hosts of our own zone, by their weight, must be well for requests to stay there; default 70
 * @param breaker when the upstream as a whole counts as broken; by default never
 * @param adaptive how many requests may wait for answers, by how long these take; by default as many as come
 * @param tls how the hosts are verified
 * @param protocol what is spoken to them, agreed by ALPN; default {@code http/1.1}
 * @param timeouts how long things may take
 * @param health when a host is well
 * @param retries how often a request may be sent to another host
 * @param perHost the most connections to one host, of which each carries up to 32 requests at once over HTTP/2; each event loop has its
 *     part of them, at least one; default 256
 * @param requests the most requests under way at once, before others are refused at once; by default as many as come
 * @param waiting the most requests that wait for a connection to one host, before others are refused at once; default 1024
 * @param idle how long an unused connection is kept; default 30s
 * @param age how old a connection may become: it gets no request after that, and is closed once those it carries have ended; default 1h,
 *     as nginx's {@code keepalive_time}. Without such a bound, as HAProxy and Envoy are by default, a connection that is always in use
 *     is never looked at again: neither a host's certificate that has ended, nor a balancer of layer 4 in front of hosts, nor a name's
 *     new address is noticed. Up to a tenth less is drawn by lot ({@link dev.phigate.balancer.upstream.pool.Lifetime})
 */
public record UpstreamConfig(
        String name,
        List<HostConfig> hosts,
        Optional<Discovery> discovery,
        Balancing balancing,
        Hash hash,
        int zonePercent,
        Optional<BreakerConfig> breaker,
        Optional<LimiterConfig> adaptive,
        ClientTlsConfig tls,
        Protocol protocol,
        Timeouts timeouts,
        HealthConfig health,
        Retries retries,
        int perHost,
        int requests,
        int waiting,
        Duration idle,
        Duration age) {
    /** What a zone may be called. */
    public static final String ZONE = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

    private static final int HTTPS = 443;
    private static final Pattern DNS_NAME =
            Pattern.compile("(?=.{1,252}$)[A-Za-z0-9][A-Za-z0-9_-]{0,62}(\\.[A-Za-z0-9_-]{1,63})*(?<![._-])");
    private static final int LAST_PORT = 65_535;
    private static final Pattern SERVER =
            Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,3}){3}|\\[[0-9a-fA-F:.]+\\])(?::([0-9]{1,5}))?");

    /**
     * How often a request that may be repeated is (RFC 9110 section 9.2.2, and nothing of its body was sent).
     *
     * @param most attempts beyond the first; default 2
     * @param percent how many of 100 requests may be sent again; beyond that a failure is told at once; default 20
     */
    public record Retries(int most, int percent) {
        static Retries read(Section section) {
            return new Retries(
                    section.integer("most").between(0, 10).orElse(2),
                    section.integer("percent").between(0, 100).orElse(20));
        }
    }

    /**
     * What requests that belong together have in common. What is named and not there is the client's address.
     *
     * @param header the field whose value is the key; default none
     * @param cookie the cookie whose value is the key; default none
     * @param percent how much more than its share of the requests under way a host may have; default 25
     */
    public record Hash(Optional<String> header, Optional<String> cookie, int percent) {
        static Hash read(Section section) {
            Optional<String> header = section.text("header")
                    .must(text -> text.matches("[a-z0-9!#$%&'*+.^_`|~-]+"), "a field name in lower case")
                    .optional();
            Optional<String> cookie = section.text("cookie")
                    .must(text -> text.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+"), "the name of a cookie")
                    .optional();
            if (header.isPresent() && cookie.isPresent()) {
                section.problem("cookie", cookie.orElseThrow() + " beside header (expected: one of the two)");
            }
            return new Hash(
                    header,
                    cookie,
                    section.integer("percent").between(0, 10_000).orElse(25));
        }

        double bound() {
            return 1 + percent / 100.0;
        }
    }

    /**
     * One host.
     *
     * @param name its name or address as the URL has it
     * @param address where it is
     * @param weight its share of the requests relative to the others'; default 1
     * @param zone the zone it is in; empty when nobody said
     * @param proves the name its certificate must carry, unless the upstream's {@code tls.serverName} says another
     */
    public record HostConfig(String name, InetSocketAddress address, int weight, String zone, String proves) {
        /** A host that was found, called by its address. */
        public static HostConfig found(InetSocketAddress address, int weight, String zone, String proves) {
            return new HostConfig(address.getAddress().getHostAddress(), address, weight, zone, proves);
        }

        /** As a URL authority has it. */
        public String authority() {
            return authority(name);
        }

        /** The same by another name of it. */
        String authority(String called) {
            return (called.indexOf(':') < 0 ? called : "[" + called + "]") + ":" + address.getPort();
        }
    }

    /** Where hosts are found. */
    public sealed interface Discovery {
        /**
         * They are the addresses of a name.
         *
         * @param name the name, which their certificates must carry
         * @param port their port
         * @param servers the name servers that are asked, in this order; at least one
         */
        record Dns(String name, int port, List<InetSocketAddress> servers) implements Discovery {}

        /** They are listed in a file. */
        record File(Path path) implements Discovery {}

        /** Reads the section {@code discovery} of an upstream. */
        private static Optional<Discovery> read(Section section) {
            Optional<Path> file = section.text("file")
                    .must(text -> text.startsWith("/"), "an absolute path")
                    .optional()
                    .map(Path::of);
            Optional<String> dns = section.text("dns")
                    .must(text -> DNS_NAME.matcher(text).matches(), "the name of the hosts")
                    .optional();
            int port = section.integer("port").between(1, 65_535).orElse(HTTPS);
            List<InetSocketAddress> servers = new ArrayList<>();
            for (String server : section.texts("servers").orElse(List.of())) {
                server(server)
                        .ifPresentOrElse(
                                servers::add,
                                () -> section.problem(
                                        "servers", server + " (expected: an address such as 10.0.0.2 or 10.0.0.2:53)"));
            }
            if (file.isPresent() == dns.isPresent()) {
                section.problem(
                        "", (file.isPresent() ? "both" : "neither") + " file and dns (expected: one of the two)");
            }
            if (dns.isPresent() && servers.isEmpty()) {
                section.problem("servers", "no name server (expected: at least one address)");
            }
            if (file.isPresent() && dns.isEmpty()) {
                for (String key : List.of("port", "servers")) {
                    section.raw(key).ifPresent(value -> section.problem(key, "beside file (expected: dns)"));
                }
            }
            return file.<Discovery>map(File::new).or(() -> dns.map(name -> new Dns(name, port, List.copyOf(servers))));
        }

        private static Optional<InetSocketAddress> server(String text) {
            Matcher matched = SERVER.matcher(text);
            if (!matched.matches()) {
                return Optional.empty();
            }
            try {
                int port = matched.group(2) == null ? 53 : Integer.parseInt(matched.group(2));
                return port == 0
                        ? Optional.empty()
                        : Optional.of(new InetSocketAddress(
                                InetAddress.ofLiteral(matched.group(1).replaceAll("[\\[\\]]", "")), port));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
    }

    /** Reads one entry of {@code upstreams}. Names are resolved here, once. */
    public static UpstreamConfig read(Section section) {
        Section connections = section.section("connections");
        Protocol protocol = Protocol.read(section);
        HealthConfig health = HealthConfig.read(section.section("health"));
        boolean grpc = health.check()
                .filter(check -> check.kind() == HealthConfig.Kind.GRPC)
                .isPresent();
        if (grpc && protocol != Protocol.HTTP_2) {
            section.problem("health", "check.type: grpc (expected: protocol: http/2 beside it)");
        }
        Optional<Section> found = section.optionalSection("discovery");
        Optional<Discovery> discovery = found.flatMap(Discovery::read);
        ClientTlsConfig tls = ClientTlsConfig.read(section.section("tls"));
        boolean file = discovery.filter(Discovery.File.class::isInstance).isPresent();
        if (file && tls.serverName().isEmpty()) {
            section.problem("tls", "serverName is missing (expected: the name that every host of the file must prove)");
        }
        UpstreamConfig config = new UpstreamConfig(
                section.text("name")
                        .must(
                                text -> text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
                                "at most 64 letters, digits, dots, hyphens and underscores")
                        .required(),
                hosts(section, found.isPresent()),
                discovery,
                section.choice("balancing", Balancing.class).orElse(Balancing.ROUND_ROBIN),
                Hash.read(section.section("hash")),
                section.integer("zonePercent").between(1, 100).orElse(70),
                section.optionalSection("breaker").map(BreakerConfig::read),
                section.optionalSection("adaptive").map(LimiterConfig::read),
                tls,
                protocol,
                Timeouts.read(section.section("timeouts")),
                health,
                Retries.read(section.section("retries")),
                connections.integer("perHost").between(1, 100_000).orElse(256),
                connections.integer("requests").between(1, 1_000_000).orElse(Integer.MAX_VALUE),
                connections.integer("waiting").between(0, 1_000_000).orElse(1024),
                connections
                        .duration("idle")
                        .between(Duration.ofMillis(1), Duration.ofDays(1))
                        .orElse(Duration.ofSeconds(30)),
                connections
                        .duration("age")
                        .between(Duration.ofMillis(100), Duration.ofDays(30))
                        .orElse(Duration.ofHours(1)));
        if (config.balancing() != Balancing.CONSISTENT_HASH) {
            section.raw("hash")
                    .ifPresent(value ->
                            section.problem("hash", "without balancing: consistent-hash (expected: both, or neither)"));
        }
        return config;
    }

    private static List<HostConfig> hosts(Section section, boolean found) {
        Optional<List<String>> listed = section.texts("hosts").optional();
        if (listed.isPresent() && found) {
            section.problem("hosts", "beside discovery (expected: one of the two)");
        }
        List<String> urls = listed.orElse(List.of());
        List<HostConfig> hosts = new ArrayList<>();
        Section weights = section.section("weights");
        if (weights.describing()) {
            weights.integer(Shape.ANY).between(1, 100).orElse(1);
        }
        Section zones = section.section("zones");
        if (zones.describing()) {
            zone(zones, Shape.ANY);
        }
        for (String url : urls) {
            int weight = weights.integer(url).between(1, 100).orElse(1);
            String zone = zone(zones, url);
            host(section, url, weight, zone).ifPresent(host -> {
                if (hosts.stream().anyMatch(other -> other.authority().equals(host.authority()))) {
                    section.problem("hosts", url + " is listed twice");
                }
                hosts.add(host);
            });
        }
        if (urls.isEmpty() && !found) {
            section.problem("hosts", "no hosts (expected: at least one https:// URL)");
        }
        return List.copyOf(hosts);
    }

    private static String zone(Section zones, String url) {
        return zones.text(url)
                .must(text -> text.matches(ZONE), "at most 64 letters, digits, dots, hyphens and underscores")
                .optional()
                .orElse("");
    }

    private static Optional<HostConfig> host(Section section, String url, int weight, String zone) {
        try {
            URI uri = new URI(url);
            String scheme = String.valueOf(uri.getScheme());
            if (!scheme.equalsIgnoreCase("https")) {
                section.problem(
                        "hosts",
                        url + " is not https (expected: https://; every upstream is TLS with its"
                                + " certificate chain and name verified, 45 CFR 164.312(e)(1))");
                return Optional.empty();
            }
            boolean bare = !uri.isOpaque()
                    && uri.getRawPath().isEmpty()
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
            if (uri.getHost() == null || uri.getRawUserInfo() != null || !bare) {
                section.problem("hosts", url + " (expected: https://HOST:PORT and nothing else)");
                return Optional.empty();
            }
            if (uri.getPort() == 0 || uri.getPort() > LAST_PORT) {
                section.problem("hosts", url + " (expected: a port between 1 and " + LAST_PORT + ")");
                return Optional.empty();
            }
            String name = uri.getHost().replaceAll("[\\[\\]]", "");
            int port = uri.getPort() < 0 ? HTTPS : uri.getPort();
            return Optional.of(
                    new HostConfig(name, new InetSocketAddress(InetAddress.getByName(name), port), weight, zone, name));
        } catch (URISyntaxException e) {
            section.problem("hosts", url + " (expected: https://HOST:PORT)");
        } catch (UnknownHostException e) {
            section.problem(
                    "hosts",
                    url + " cannot be resolved (expected: an address, or a name that this machine" + " resolves)");
        }
        return Optional.empty();
    }
}
