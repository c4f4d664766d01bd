package dev.phigate.balancer.http.http2;

import dev.phigate.audit.fact.Client;
import dev.phigate.audit.fact.Endpoint;
import dev.phigate.audit.fact.Name;
import dev.phigate.balancer.audit.AuditConfig;
import dev.phigate.balancer.audit.FreshId;
import dev.phigate.balancer.audit.Recorder;
import dev.phigate.balancer.http.HttpService;
import dev.phigate.balancer.http.exchange.Exchanges;
import dev.phigate.balancer.http.http1.Http1Back;
import dev.phigate.balancer.http.policy.Policy;
import dev.phigate.balancer.http.policy.Route;
import dev.phigate.balancer.http.policy.RouteConfig;
import dev.phigate.balancer.http.policy.Router;
import dev.phigate.balancer.http.session.SessionWatch;
import dev.phigate.balancer.listener.ListenerConfig;
import dev.phigate.balancer.tls.Accepted;
import dev.phigate.balancer.tls.Handshake;
import dev.phigate.balancer.tls.ServerTls;
import dev.phigate.balancer.training.ThrowAwayCertificate;
import dev.phigate.balancer.upstream.Upstream;
import dev.phigate.balancer.upstream.UpstreamConfig;
import dev.phigate.balancer.upstream.pool.Carrier;
import dev.phigate.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What a listener has: a policy with one route, to an upstream, and a log that takes nothing but does not stop anybody. */
public record Relaying(
        OwnLoop loop, Upstream upstream, Policy policy, HttpService http, Failures failures, String application)
        implements AutoCloseable {
    private static @Nullable Relaying made;

    /** Made by the first input: who only wants the seeds opens nothing. */
    static Relaying only() {
        Relaying one = made;
        if (one == null) {
            one = make();
            made = one;
        }
        return one;
    }

    /** Makes one of HTTP/2 whose loop turns on this thread. */
    static Relaying make() {
        return make("h2", "http/2", "{}", Http2Back::create);
    }

    /** Makes one of HTTP/1.1 on both sides, whose loop turns on this thread, and whose WebSockets are configured so. */
    public static Relaying http1(String webSocket) {
        return make("http/1.1", "http/1.1", webSocket, Http1Back::new);
    }

    private static Relaying make(
            String application, String protocol, String webSocket, Supplier<? extends Carrier> carrier) {
        try {
            Path folder = Files.createTempDirectory("host-fuzz");
            ThrowAwayCertificate.write(folder);
            ListenerConfig listener = read(folder, ListenerConfig::read, """
                    {name: https, port: 0, tls: {certificate: DIR/server.crt, privateKey: DIR/server.key}}
                    """);
            UpstreamConfig hosts = read(folder, UpstreamConfig::read, """
                    name: hosts
                    hosts: ["https://127.0.0.1:1"]
                    protocol: PROTOCOL
                    tls: {trust: DIR/server.crt, serverName: localhost}
                    retries: {most: 0}
                    connections: {perHost: 1, waiting: 0}
                    """.replace("PROTOCOL", protocol));
            RouteConfig all = read(folder, RouteConfig::read, """
                    {name: r, listener: https, upstream: hosts, webSocket: CONFIG, responseHeaders: {set: {x-relayed: "1"}}}
                    """.replace("CONFIG", webSocket));
            AuditConfig audit = read(folder, AuditConfig::read, """
                    {directory: DIR/audit, origin: fuzz, segment: 1MiB, whenFull: continue}
                    """);
            OwnLoop loop = new OwnLoop();
            Upstream upstream = new Upstream(hosts, "", List.of(loop.loop()), carrier);
            Router router = new Router(List.of(new Route(all, Map.of(hosts.name(), upstream), new SessionWatch())));
            ServerTls terms = new ServerTls("https", listener.tls().orElseThrow(), List.of(application));
            Policy policy = Policy.of(listener.http(), terms, router, null, Optional.empty());
            // A log that takes nothing, but does not stop anybody.
            Recorder recorder = Recorder.open(audit, folder.resolve("balancer.yaml"), record -> {});
            recorder.close();
            return new Relaying(loop, upstream, policy, new HttpService(policy, recorder), new Failures(), application);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T read(Path folder, Function<dev.phigate.settings.Section, T> reader, String text) {
        return Settings.yaml("fuzz", text.replace("DIR", folder.toString()), reader);
    }

    @Override
    public void close() {
        loop.close();
        policy.terms().retire();
        upstream.release();
        failures.stop();
    }

    /** A client's connection. */
    public Handshake handshake() {
        InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        Client client = new Client(FreshId.next(), new Name("https"), Endpoint.of(here));
        return new Handshake(
                new Accepted(client, here, here, System.nanoTime()),
                "TLSv1.3",
                "TLS_AES_128_GCM_SHA256",
                false,
                null,
                application,
                null,
                null,
                null,
                System.nanoTime(),
                policy.terms());
    }

    /** What is logged of failures that are ours: exchanges', and what Netty's pipelines and tasks were surprised by. */
    public static final class Failures extends Handler {
        private final List<Logger> watched =
                List.of(Logger.getLogger(Exchanges.class.getName()), Logger.getLogger("io.netty"));
        private @Nullable LogRecord last;

        Failures() {
            watched.forEach(logger -> logger.addHandler(this));
        }

        private void stop() {
            watched.forEach(logger -> logger.removeHandler(this));
        }

        @Override
        public void publish(LogRecord record) {
            if (record.getLevel().intValue() >= Level.WARNING.intValue() && record.getThrown() != null) {
                last = record;
            }
        }

        /** Throws the last one. */
        public void tell() {
            LogRecord failure = last;
            last = null;
            if (failure != null) {
                throw new IllegalStateException(
                        Objects.requireNonNullElse(failure.getMessage(), "failed"), failure.getThrown());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
