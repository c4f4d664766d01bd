package dev.phigate.balancer.http.session;

import dev.phigate.audit.fact.Identity;
import dev.phigate.audit.fact.OpaqueId;
import dev.phigate.audit.record.SessionEnded;
import dev.phigate.audit.record.SessionEnded.Reason;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.upstream.Host;
import dev.phigate.balancer.upstream.Upstream;
import io.netty.util.AsciiString;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a route. Nothing is kept here: whatever is known of a session stands in its cookie, signed, so that every member
 * of a fleet knows it and nobody else can make one. Used by all loops at once.
 */
public final class Sessions {
    /** How far the clocks of a fleet may differ. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(2);
    /** A cookie is renewed when so much of the idle time has passed: one in every answer would be noise. */
    private static final int RENEWED_IN = 16;
    /** How much longer a browser keeps the cookie than a session lives, so that who comes back is told. */
    private static final long KEPT_LONGER = Duration.ofDays(1).toSeconds();

    private static final SecureRandom NUMBERS = new SecureRandom();

    private final SessionConfig config;
    private final List<Upstream> upstreams;
    private final List<SessionKey> keys;
    private final BoundCookies bound;
    private final AsciiString gone;
    private final @Nullable AsciiString logout;
    private final SessionWatch watch;

    /** Where a session is; without a host while that is not well. */
    record Home(Upstream upstream, @Nullable Host host) {}

    /** What a request's cookie means. */
    public sealed interface Found {
        /** It belongs to a session that lives, or begins one. */
        record Alive(Session session) implements Found {}

        /**
         * Its user ends it now, or had none.
         *
         * @param id the session's number; null when no session lives
         * @param news the record of its end; null when there is none to tell
         */
        record LogsOut(@Nullable OpaqueId id, @Nullable SessionEnded news) implements Found {}

        /**
         * Its session has ended.
         *
         * @param id the session's number
         * @param why by which rule
         * @param news the record of it, when it is not told yet; what was told is not kept for ever, nor across restarts
         */
        record Ended(OpaqueId id, Reason why, @Nullable SessionEnded news) implements Found {}
    }

    /**
     * The sessions of a route.
     *
     * @param config a configuration without problems
     * @param route the route's name
     * @param upstreams where it leads
     * @param watch who is told of them
     */
    public Sessions(SessionConfig config, String route, List<Upstream> upstreams, SessionWatch watch) {
        this.config = config;
        this.watch = watch;
        this.upstreams = List.copyOf(upstreams);
        String scope = route + " " + config.cookie();
        this.keys = config.secret().orElseThrow().keys().stream()
                .map(secret -> new SessionKey(secret, scope))
                .toList();
        this.bound = new BoundCookies(config.cookies(), keys);
        this.logout = config.logout().map(AsciiString::new).orElse(null);
        this.gone = new AsciiString(config.cookie() + "=" + attributes(0));
    }

    /**
     * Finds the session of a request.
     *
     * @param identity who proved to be at its other end
     */
    public Found find(Request request, @Nullable Identity identity) {
        return find(request.fields(), identity, System.currentTimeMillis() / 1000, logsOut(request));
    }

    private boolean logsOut(Request request) {
        AsciiString path = logout;
        return path != null
                && request.pathEnd() == path.length()
                && request.target().startsWith(path)
                && (request.method().contentEquals("POST") || request.method().contentEquals("GET"));
    }

    private Found find(Fields fields, @Nullable Identity identity, long now, boolean logsOut) {
        AsciiString value = Cookies.value(fields, config.cookie());
        Token.Signed signed = value == null || value.length() != Token.WRITTEN ? null : Token.read(value, keys);
        if (signed == null || signed.token().seen() > now + CLOCKS_DIFFER.toSeconds()) {
            return logsOut ? new Found.LogsOut(null, null) : alive(begin(now), identity);
        }
        Token token = signed.token();
        long oldEnd = token.began() + config.absolute().toSeconds();
        long idleEnd = token.seen() + config.idle().toSeconds();
        if (now >= Math.min(oldEnd, idleEnd)) {
            Reason why = now >= oldEnd ? Reason.TOO_OLD : Reason.IDLE;
            long end = now >= oldEnd ? oldEnd : idleEnd;
            SessionEnded news = watch.cameBack(token, why, end, identity);
            return logsOut ? new Found.LogsOut(token.id(), news) : new Found.Ended(token.id(), why, news);
        }
        boolean before = watch.isLoggedOut(token.id());
        if (logsOut) {
            return new Found.LogsOut(token.id(), before ? null : watch.logOut(token, config, now, identity));
        }
        if (before) {
            return new Found.Ended(token.id(), Reason.LOGGED_OUT, null);
        }
        Home home = config.sticky() ? home(token, signed.key()) : null;
        boolean due = now - token.seen() >= Math.max(1, config.idle().toSeconds() / RENEWED_IN);
        boolean oldKey = signed.key() != keys.getFirst();
        Token going = due ? new Token(token.high(), token.low(), token.began(), now, token.host()) : token;
        return alive(new Session(this, going, false, home, due || oldKey), identity);
    }

    private Found alive(Session session, @Nullable Identity identity) {
        watch.used(session.token(), config, identity);
        return new Found.Alive(session);
    }

    private Session begin(long now) {
        byte[] number = new byte[2 * Long.BYTES];
        NUMBERS.nextBytes(number);
        ByteBuffer halves = ByteBuffer.wrap(number);
        return new Session(this, new Token(halves.getLong(), halves.getLong(), now, now, 0), true, null, true);
    }

    private @Nullable Home home(Token token, SessionKey key) {
        for (Upstream upstream : upstreams) {
            for (Host host : upstream.hosts()) {
                if (key.tag(upstream.config().name(), host.authority()) == token.host()) {
                    return new Home(upstream, host.well() ? host : null);
                }
            }
        }
        return null;
    }

    Fields forwarded(Fields fields, Token session) {
        return Cookies.sieved(fields, (name, value, pair) -> {
            if (name.equals(config.cookie())) {
                return null;
            }
            return bound.has(name) ? bound.passes(name, value, session) : pair;
        });
    }

    Fields bound(Fields fields, Token session) {
        return bound.bind(fields, session);
    }

    /** How long a session may go on from now, by when it began. */
    Duration left(Token session) {
        long end = session.began() + config.absolute().toSeconds();
        return Duration.ofSeconds(Math.max(0, end - System.currentTimeMillis() / 1000));
    }

    Duration idle() {
        return config.idle();
    }

    AsciiString cookie(Token token, @Nullable Host answering) {
        SessionKey key = keys.getFirst();
        long tag = config.sticky() && answering != null ? tag(key, answering) : 0;
        Token with = new Token(token.high(), token.low(), token.began(), token.seen(), tag);
        long left = config.absolute().toSeconds() - (token.seen() - token.began());
        return new AsciiString(config.cookie() + "=" + with.written(key) + attributes(left + KEPT_LONGER));
    }

    /** Two upstreams may have the same host, and a session stays with the one that it was given to. */
    private long tag(SessionKey key, Host answering) {
        for (Upstream upstream : upstreams) {
            if (upstream.hosts().contains(answering)) {
                return key.tag(upstream.config().name(), answering.authority());
            }
        }
        return 0;
    }

    private String attributes(long maxAge) {
        return "; Max-Age=" + maxAge + "; Path=/; Secure; HttpOnly; SameSite="
                + config.sameSite().written();
    }

    boolean sticky() {
        return config.sticky();
    }

    /** The cookie that makes a client forget its own. */
    public AsciiString gone() {
        return gone;
    }

    /** Where clients of ended sessions are sent; null when they are only told. */
    public @Nullable AsciiString endedAt() {
        return config.endedAt().map(AsciiString::new).orElse(null);
    }
}
