package dev.phigate.balancer;

import dev.phigate.balancer.admin.AdminListener;
import dev.phigate.balancer.audit.Recorder;
import dev.phigate.balancer.discovery.Finder;
import dev.phigate.balancer.http.health.HealthChecks;
import dev.phigate.balancer.http.http1.Http1Back;
import dev.phigate.balancer.http.http2.Http2Back;
import dev.phigate.balancer.http.policy.Policy;
import dev.phigate.balancer.http.policy.Route;
import dev.phigate.balancer.http.policy.RouteConfig;
import dev.phigate.balancer.http.policy.Router;
import dev.phigate.balancer.http.policy.WebSocketConfig;
import dev.phigate.balancer.http.redirect.Redirect;
import dev.phigate.balancer.http.session.SessionWatch;
import dev.phigate.balancer.http.trace.Spans;
import dev.phigate.balancer.http.trace.Tracing;
import dev.phigate.balancer.keys.Place;
import dev.phigate.balancer.listener.Listener;
import dev.phigate.balancer.listener.ListenerConfig;
import dev.phigate.balancer.listener.PlainReception;
import dev.phigate.balancer.listener.Reception;
import dev.phigate.balancer.listener.TlsReception;
import dev.phigate.balancer.metrics.Metrics;
import dev.phigate.balancer.telemetry.otlp.OtlpExport;
import dev.phigate.balancer.tls.ServerTls;
import dev.phigate.balancer.upstream.Protocol;
import dev.phigate.balancer.upstream.Upstream;
import dev.phigate.balancer.upstream.UpstreamConfig;
import dev.phigate.balancer.upstream.guard.Limiters;
import dev.phigate.balancer.upstream.pool.Carrier;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/**
 * Everything that one configuration puts in force, built completely before any of it is used.
 *
 * @param config the configuration
 * @param upstreams the upstreams by name
 * @param policies what the requests meet of each listener that speaks TLS, by its name
 * @param redirects where each of the others sends its clients, by its name
 * @param checks what asks the hosts whether they are well
 * @param finders what finds hosts that are not listed
 * @param adminTls the admin listener's terms
 * @param telemetry what tells a collector
 */
record Assembly(
        BalancerConfig config,
        Map<String, Upstream> upstreams,
        Map<String, Policy> policies,
        Map<String, Redirect> redirects,
        List<HealthChecks> checks,
        List<Finder> finders,
        ServerTls adminTls,
        Optional<OtlpExport> telemetry) {
    private static final List<String> APPLICATIONS = List.of("h2", "http/1.1");

    /**
     * Builds an assembly; binds and connects nothing.
     *
     * @throws IOException when a TLS engine refuses a certificate or key
     */
    static Assembly of(BalancerConfig config, Collection<EventLoop> loops, Metrics metrics, SessionWatch sessions)
            throws IOException {
        ServerTls adminTls = new ServerTls(AdminListener.NAME, config.admin().tls(), List.of("http/1.1"));
        Optional<OtlpExport> telemetry = Optional.empty();
        Map<String, Upstream> upstreams = new LinkedHashMap<>();
        Map<String, Policy> policies = new LinkedHashMap<>();
        Map<String, Redirect> redirects = new LinkedHashMap<>();
        try {
            if (config.otlp().isPresent()) {
                telemetry = Optional.of(new OtlpExport(
                        config.otlp().orElseThrow(), config.audit().log().origin(), metrics));
            }
            Spans spans = telemetry.map(OtlpExport::spans).orElse(Spans.NOWHERE);
            for (UpstreamConfig upstream : config.upstreams()) {
                upstreams.put(
                        upstream.name(), new Upstream(upstream, config.zone(), loops, carrier(upstream.protocol())));
            }
            for (ListenerConfig listener : config.listeners()) {
                listener.redirect()
                        .ifPresent(to -> redirects.put(
                                listener.name(), Redirect.of(to, config.portBehind(to), listener.http())));
                if (listener.tls().isEmpty()) {
                    continue;
                }
                List<Route> routes = new ArrayList<>();
                config.routes().stream()
                        .filter(route -> route.listener().equals(listener.name()))
                        .forEach(route -> routes.add(new Route(route, upstreams, sessions)));
                Tracing tracing =
                        listener.trace().map(trace -> new Tracing(trace, spans)).orElse(null);
                Optional<Limiters> limiters = listener.http().adaptive().map(adaptive -> new Limiters(adaptive, loops));
                ServerTls terms = new ServerTls(listener.name(), listener.tls().orElseThrow(), APPLICATIONS);
                policies.put(listener.name(), Policy.of(listener.http(), terms, new Router(routes), tracing, limiters));
            }
            return new Assembly(
                    config,
                    upstreams,
                    policies,
                    redirects,
                    checks(upstreams.values(), loops),
                    finders(upstreams.values(), loops.iterator().next()),
                    adminTls,
                    telemetry);
        } catch (Throwable e) {
            release(adminTls, policies.values(), upstreams.values(), telemetry);
            throw e;
        }
    }

    private static Supplier<Carrier> carrier(Protocol protocol) {
        return switch (protocol) {
            case HTTP_1_1 -> Http1Back::new;
            case HTTP_2 -> Http2Back::create;
        };
    }

    private static List<HealthChecks> checks(Collection<Upstream> upstreams, Collection<EventLoop> loops) {
        List<HealthChecks> checks = new ArrayList<>();
        for (Upstream upstream : upstreams) {
            upstream.config()
                    .health()
                    .check()
                    .ifPresent(check -> checks.add(new HealthChecks(upstream, check, List.copyOf(loops))));
        }
        return List.copyOf(checks);
    }

    private static List<Finder> finders(Collection<Upstream> upstreams, EventLoop loop) {
        List<Finder> finders = new ArrayList<>();
        for (Upstream upstream : upstreams) {
            upstream.config().discovery().ifPresent(config -> finders.add(new Finder(upstream, config, loop)));
        }
        return List.copyOf(finders);
    }

    /**
     * Looks for hosts where that is due, without waiting for what is found.
     *
     * @param each where each finder looks, which may wait for others: a thread for each, so that none waits for another finder
     */
    void find(Instant now, Executor each) {
        for (Finder finder : finders) {
            each.execute(() -> Guarded.run(
                    "the search for hosts of " + finder.upstream().config().name() + " failed; it is tried again",
                    () -> {
                        if (finder.look(now)) {
                            checks.forEach(HealthChecks::follow);
                        }
                    }));
        }
    }

    /** The same, and waits until each has looked. Called from no event loop. */
    void find(Instant now) {
        try (ExecutorService each = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().daemon().name("phigate-discovery").factory())) {
            find(now, each);
        }
    }

    /**
     * Looks for hosts before this takes the place of another one.
     *
     * @throws IOException when an upstream that has hosts would have none
     */
    void findInPlaceOf(Assembly before, Instant now) throws IOException {
        find(now);
        for (Finder finder : finders) {
            Upstream upstream = finder.upstream();
            Upstream same = before.upstreams.get(upstream.config().name());
            if (upstream.hosts().isEmpty() && same != null && !same.hosts().isEmpty()) {
                throw new IOException(
                        config.path() + ": upstreams[\"" + upstream.config().name()
                                + "\"].discovery: no hosts are found there, and those that serve now would be lost: "
                                + finder.trouble() + " (expected: at least one host; reload again once there is one)");
            }
        }
    }

    /** Begins what goes on by itself while this is in force. What cannot begin is logged: this is in force already. */
    void begin() {
        Guarded.each("health checks do not begin", checks, HealthChecks::start);
        Guarded.each("telemetry does not begin", telemetry.stream().toList(), OtlpExport::start);
    }

    /** A listener that goes by this, without its socket. */
    Listener listener(ListenerConfig config, Recorder audit) {
        Reception reception = config.redirect().isPresent()
                ? new PlainReception(redirect(config), audit)
                : new TlsReception(policy(config), audit);
        return new Listener(config, reception, audit);
    }

    /** Has a listener go by this from now on. */
    void enforce(Listener listener) {
        String name = listener.config().name();
        ListenerConfig next = config.listeners().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        listener.enforce(next);
        switch (listener.reception()) {
            case TlsReception serves -> serves.enforce(policy(next));
            case PlainReception redirects -> redirects.enforce(redirect(next));
        }
    }

    private Policy policy(ListenerConfig listener) {
        return Objects.requireNonNull(policies.get(listener.name()), "each listener with TLS has its policy");
    }

    private Redirect redirect(ListenerConfig listener) {
        return Objects.requireNonNull(redirects.get(listener.name()), "each listener without TLS has its redirect");
    }

    /** Goes on with what the assembly before has found out. */
    void inherit(Assembly before) {
        adminTls.inherit(before.adminTls);
        policies.forEach((name, policy) -> {
            Policy same = before.policies.get(name);
            if (same != null) {
                policy.terms().inherit(same.terms());
                policy.limiters().ifPresent(own -> same.limiters().ifPresent(own::inherit));
            }
        });
        upstreams.forEach((name, upstream) -> {
            Upstream same = before.upstreams.get(name);
            if (same != null) {
                upstream.inherit(same);
            }
        });
    }

    /** Does what is due of what changes by itself: revoked certificates, ticket keys. May read files. */
    void refresh(Instant now) {
        policies.values().forEach(policy -> policy.terms().refresh(now));
        adminTls.refresh(now);
    }

    /** Gets new staples where they are due. May wait for others. */
    void refreshStaples(Instant now) {
        policies.values().forEach(policy -> policy.terms().refreshStaples(now));
        adminTls.refreshStaples(now);
    }

    /**
     * Makes a handshake with each certificate.
     *
     * @throws SSLException when one does not succeed
     */
    void prove() throws SSLException {
        for (Policy policy : policies.values()) {
            policy.terms().prove();
        }
        adminTls.prove();
    }

    /** What has certificates and keys, as it is now. */
    List<Place> places(Instant now) {
        List<Place> places = new ArrayList<>();
        policies.forEach((name, policy) -> places.add(Place.of(name, policy.terms(), now)));
        places.add(Place.of(AdminListener.NAME, adminTls, now));
        config.upstreams().forEach(upstream -> places.add(Place.of(upstream.name(), upstream.tls())));
        config.otlp().ifPresent(collector -> places.add(Place.ofCollector(collector.identity(), collector.trust())));
        return places;
    }

    /** How long an exchange may go on that began under this. */
    Duration longestExchange() {
        Duration longest = Duration.ZERO;
        for (Upstream upstream : upstreams.values()) {
            longest = longer(longest, upstream.config().timeouts().total());
        }
        for (RouteConfig route : config.routes()) {
            longest = longer(longest, route.timeouts().total().orElse(Duration.ZERO));
            longest = longer(
                    longest, route.webSocket().map(WebSocketConfig::longest).orElse(Duration.ZERO));
        }
        return longest;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** Closes unused connections to upstreams; those in use end with their exchange. What throws keeps nothing else from its end. */
    void retire() {
        telemetry.ifPresent(OtlpExport::replaced);
        endLooking();
        Guarded.each("an upstream could not be retired", upstreams.values(), Upstream::retire);
    }

    /** Looks for hosts no more, neither where they are nor whether they are well. */
    void endLooking() {
        Guarded.each("the search for hosts could not be ended", finders, Finder::close);
        Guarded.each("health checks could not be ended", checks, HealthChecks::stop);
    }

    /** Releases native memory. Nothing of this assembly may be in use any more. What throws keeps nothing else from its release. */
    void release() {
        Guarded.each("the search for hosts could not be ended", finders, Finder::close);
        release(adminTls, policies.values(), upstreams.values(), telemetry);
    }

    private static void release(
            ServerTls adminTls,
            Collection<Policy> policies,
            Collection<Upstream> upstreams,
            Optional<OtlpExport> telemetry) {
        String trouble = "not everything of a configuration could be released";
        Guarded.each(trouble, policies, policy -> policy.terms().retire());
        Guarded.run(trouble, adminTls::retire);
        Guarded.each(trouble, upstreams, Upstream::release);
        Guarded.each(trouble, telemetry.stream().toList(), OtlpExport::close);
    }
}
