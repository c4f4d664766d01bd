package dev.phigate.balancer.http.policy;

import dev.phigate.audit.fact.Name;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.session.SessionWatch;
import dev.phigate.balancer.http.session.Sessions;
import dev.phigate.balancer.upstream.Upstream;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** A route in force. */
public final class Route {
    private final RouteConfig config;
    private final RouteConfig.Match match;
    private final List<Destination> destinations;
    private final int shares;
    private final @Nullable Sessions sessions;
    private final Name name;
    private final @Nullable AsciiString host;
    private final Fields demanded = new Fields();

    /**
     * A route.
     *
     * @param config what it is made from
     * @param upstreams all there are, by name
     * @param watch who is told of its sessions
     */
    public Route(RouteConfig config, Map<String, Upstream> upstreams, SessionWatch watch) {
        this.config = config;
        this.match = config.match();
        this.name = new Name(config.name());
        this.host = config.rewriteHost().map(AsciiString::new).orElse(null);
        this.destinations = config.upstreams().entrySet().stream()
                .map(lead -> destination(
                        Objects.requireNonNull(upstreams.get(lead.getKey()), "its name was checked"), lead.getValue()))
                .toList();
        this.shares = destinations.stream().mapToInt(Destination::share).sum();
        this.sessions = config.session()
                .map(own -> new Sessions(
                        own,
                        config.name(),
                        destinations.stream().map(Destination::upstream).toList(),
                        watch))
                .orElse(null);
        for (Map.Entry<String, String> field : match.headers().entrySet()) {
            demanded.add(new AsciiString(field.getKey()), new AsciiString(field.getValue()));
        }
    }

    private Destination destination(Upstream upstream, int share) {
        return new Destination(
                upstream,
                new Name(upstream.config().name()),
                upstream.config().timeouts().with(config.timeouts()),
                share);
    }

    /** Its name, as records have it. */
    public Name name() {
        return name;
    }

    /** The paths it takes, as traces name them: {@code /files/*}, or one path exactly. */
    public String pattern() {
        return match.path().pattern();
    }

    /** What it was made from. */
    public RouteConfig config() {
        return config;
    }

    /**
     * Where a request goes: with its session, as long as there is a share for others as well; otherwise by the shares.
     *
     * @param stays where its session is; null for anywhere
     */
    public Destination destination(@Nullable Upstream stays) {
        int left = destinations.size() == 1 ? 0 : ThreadLocalRandom.current().nextInt(shares);
        Destination chosen = null;
        for (Destination each : destinations) {
            if (each.upstream() == stays && each.share() > 0) {
                return each;
            }
            if (chosen == null && left < each.share()) {
                chosen = each;
            }
            left -= each.share();
        }
        return Objects.requireNonNull(chosen, "a redirect is not forwarded");
    }

    /** The sessions kept on it; null for none. */
    public @Nullable Sessions sessions() {
        return sessions;
    }

    /**
     * Whether a request is this route's.
     *
     * @param host the host it asks for
     * @param path its path, in the plain form
     * @param identity the name in its client's verified certificate; null for none
     */
    boolean takes(AsciiString host, Request request, AsciiString path, @Nullable String identity) {
        return hostFits(host)
                && match.path().takes(path)
                && (match.methods().isEmpty()
                        || match.methods().contains(request.method().toString()))
                && (match.clients().isEmpty()
                        || (identity != null && match.clients().contains(identity)))
                && headersFit(request.fields());
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

    private boolean headersFit(Fields fields) {
        for (int i = 0; i < demanded.size(); i++) {
            if (!fields.hasValue(demanded.name(i), demanded.value(i))) {
                return false;
            }
        }
        return true;
    }

    /** The request as it goes upstream. One about the host as a whole ({@code OPTIONS *}) has no path to rewrite. */
    public Request forwarded(Request asked) {
        Request request = host == null ? asked : asked.withAuthority(host);
        Optional<String> other = config.rewritePrefix();
        return other.isEmpty() || request.target().charAt(0) != '/'
                ? request
                : request.withTarget(replaced(request, other.orElseThrow()));
    }

    /** Where the client is sent, when this is a redirect. */
    public Optional<AsciiString> location(Request request) {
        return config.redirect().map(redirect -> replaced(request, redirect.to()));
    }

    private AsciiString replaced(Request request, String other) {
        AsciiString prefix = switch (match.path()) {
            case PathMatch.Exact exact -> exact.path();
            case PathMatch.Prefix below -> below.path();
            case PathMatch.Template shape -> throw new IllegalStateException(shape.shown() + " has no prefix");
        };
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
