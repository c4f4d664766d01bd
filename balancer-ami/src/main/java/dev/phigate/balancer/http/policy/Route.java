package dev.phigate.balancer.http.policy;

import dev.phigate.audit.fact.Name;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.session.SessionWatch;
import dev.phigate.balancer.http.session.Sessions;
import dev.phigate.balancer.upstream.Timeouts;
import dev.phigate.balancer.upstream.Upstream;
import io.netty.util.AsciiString;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A route in force. */
public final class Route {
    private final RouteConfig config;
    private final RouteConfig.Match match;
    private final @Nullable Upstream upstream;
    private final @Nullable Sessions sessions;
    private final AsciiString prefix;
    private final String pattern;
    private final Name name;
    private final @Nullable Name upstreamName;
    private final @Nullable Timeouts timeouts;
    private final Fields demanded = new Fields();

    /**
     * A route.
     *
     * @param config what it is made from
     * @param upstream where it leads; null for a redirect
     * @param watch who is told of its sessions
     */
    public Route(RouteConfig config, @Nullable Upstream upstream, SessionWatch watch) {
        this.config = config;
        this.match = config.match();
        this.upstream = upstream;
        this.name = new Name(config.name());
        this.upstreamName = config.upstream().isEmpty() ? null : new Name(config.upstream());
        this.sessions = upstream == null
                ? null
                : config.session()
                        .map(own -> new Sessions(own, config.name(), upstream, watch))
                        .orElse(null);
        this.timeouts = upstream == null ? null : upstream.config().timeouts().with(config.timeouts());
        String written = match.path().orElse(match.pathPrefix());
        this.prefix = PlainPath.of(new AsciiString(written), written.length());
        this.pattern = match.path().isPresent() ? written : written + (written.endsWith("/") ? "*" : "/*");
        for (Map.Entry<String, String> field : match.headers().entrySet()) {
            demanded.add(new AsciiString(field.getKey()), new AsciiString(field.getValue()));
        }
    }

    /** Its name, as records have it. */
    public Name name() {
        return name;
    }

    /** The name of its upstream, as records have it; absent for a redirect. */
    public @Nullable Name upstreamName() {
        return upstreamName;
    }

    /** The paths it takes, as traces name them: {@code /files/*}, or one path exactly. */
    public String pattern() {
        return pattern;
    }

    /** What it was made from. */
    public RouteConfig config() {
        return config;
    }

    /** Where it leads. A redirect leads nowhere. */
    public Upstream upstream() {
        return Objects.requireNonNull(upstream, "a redirect is not forwarded");
    }

    /** The sessions kept on it; null for none. */
    public @Nullable Sessions sessions() {
        return sessions;
    }

    /** How long its exchanges may take. */
    public Timeouts timeouts() {
        return Objects.requireNonNull(timeouts, "a redirect is not forwarded");
    }

    /**
     * Whether a request is this route's.
     *
     * @param host the host it asks for
     * @param path its path, in the plain form
     */
    boolean takes(AsciiString host, Request request, AsciiString path) {
        return hostFits(host)
                && pathFits(path)
                && (match.methods().isEmpty()
                        || match.methods().contains(request.method().toString()))
                && headersFit(request.fields());
    }

    /** The more exact the host, then the path, then the more it demands, the earlier a route is asked. */
    long rank() {
        String host = match.host();
        long hostRank = host.equals("*") ? 0 : host.startsWith("*.") ? host.length() : 1000 + host.length();
        long pathRank = match.path().isPresent() ? 50_000 : match.pathPrefix().length();
        int demands = match.headers().size() * 2 + (match.methods().isEmpty() ? 0 : 1);
        return (hostRank * 100_000 + pathRank) * 1000 + demands;
    }

    private boolean hostFits(AsciiString asked) {
        String host = match.host();
        if (host.equals("*")) {
            return true;
        }
        if (!host.startsWith("*.")) {
            return asked.contentEqualsIgnoreCase(host);
        }
        int suffix = host.length() - 1;
        return asked.length() > suffix
                && asked.subSequence(asked.length() - suffix, asked.length(), false)
                        .contentEqualsIgnoreCase(host.substring(1));
    }

    private boolean pathFits(AsciiString path) {
        int length = prefix.length();
        if (match.path().isPresent()) {
            return path.contentEquals(prefix);
        }
        if (length == 1) {
            return true;
        }
        return path.length() >= length
                && path.subSequence(0, length, false).contentEquals(prefix)
                && (path.length() == length || prefix.byteAt(length - 1) == '/' || path.byteAt(length) == '/');
    }

    private boolean headersFit(Fields fields) {
        for (int i = 0; i < demanded.size(); i++) {
            if (!fields.hasValue(demanded.name(i), demanded.value(i))) {
                return false;
            }
        }
        return true;
    }

    /** The request as it goes upstream. */
    public Request forwarded(Request request) {
        Optional<String> other = config.rewritePrefix();
        return other.isEmpty() ? request : request.withTarget(replaced(request, other.orElseThrow()));
    }

    /** Where the client is sent, when this is a redirect. */
    public Optional<AsciiString> location(Request request) {
        return config.redirect().map(redirect -> replaced(request, redirect.to()));
    }

    private AsciiString replaced(Request request, String other) {
        AsciiString target = request.target();
        int from = PlainPath.endOf(target, request.pathEnd(), prefix.length());
        AsciiString rest = target.subSequence(from, target.length(), false);
        boolean slash = !rest.isEmpty() && rest.charAt(0) == '/';
        boolean ends = other.endsWith("/");
        if (slash && ends) {
            rest = rest.subSequence(1, rest.length(), false);
        } else if (!slash
                && !ends
                && prefix.byteAt(prefix.length() - 1) == '/'
                && !rest.isEmpty()
                && rest.charAt(0) != '?') {
            return new AsciiString(other + "/" + rest);
        }
        return new AsciiString(other + rest);
    }
}
