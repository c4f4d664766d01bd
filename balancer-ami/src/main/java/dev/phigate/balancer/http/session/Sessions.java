package dev.phigate.balancer.http.session;

import dev.phigate.audit.fact.OpaqueId;
import dev.phigate.audit.record.SessionEnded.Reason;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.upstream.Host;
import dev.phigate.balancer.upstream.Upstream;
import io.netty.util.AsciiString;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

    /** How many ended sessions are remembered, so that a page of many requests tells of its session's end once. */
    private static final int MOST_TOLD = 10_000;

    private static final SecureRandom NUMBERS = new SecureRandom();

    private final SessionConfig config;
    private final Upstream upstream;
    private final List<SessionKey> keys;
    private final List<String> ofNoSession;
    private final List<String> own;
    private final AsciiString gone;
    private final Set<OpaqueId> told = ConcurrentHashMap.newKeySet();

    /** What a request's cookie means. */
    public sealed interface Found {
        /** It belongs to a session that lives, or begins one. */
        record Alive(Session session) implements Found {}

        /**
         * Its session has ended.
         *
         * @param id the session's number
         * @param why by which rule
         * @param began when it began
         * @param ended when it ended, as far as this cookie knows: a younger one may have seen it alive later
         * @param news whether this is found for the first time; not kept for ever, nor across reloads
         */
        record Ended(OpaqueId id, Reason why, Instant began, Instant ended, boolean news) implements Found {}
    }

    /**
     * The sessions of a route.
     *
     * @param config a configuration without problems
     * @param route the route's name
     * @param upstream where it leads
     */
    public Sessions(SessionConfig config, String route, Upstream upstream) {
        this.config = config;
        this.upstream = upstream;
        String scope = route + " " + config.cookie();
        this.keys = config.secret().orElseThrow().keys().stream()
                .map(secret -> new SessionKey(secret, scope))
                .toList();
        this.own = List.of(config.cookie());
        this.ofNoSession = new ArrayList<>(config.cookies());
        ofNoSession.add(config.cookie());
        this.gone = new AsciiString(config.cookie() + "=" + attributes(0));
    }

    /** Finds the session of a request. */
    public Found find(Fields fields) {
        return find(fields, System.currentTimeMillis() / 1000);
    }

    Found find(Fields fields, long now) {
        AsciiString value = Cookies.value(fields, config.cookie());
        Token.Signed signed = value == null || value.length() != Token.WRITTEN ? null : Token.read(value, keys);
        if (signed == null || signed.token().seen() > now + CLOCKS_DIFFER.toSeconds()) {
            return new Found.Alive(begin(now));
        }
        Token token = signed.token();
        if (now - token.began() >= config.absolute().toSeconds()) {
            return ended(
                    token, Reason.TOO_OLD, token.began() + config.absolute().toSeconds());
        }
        if (now - token.seen() >= config.idle().toSeconds()) {
            return ended(token, Reason.IDLE, token.seen() + config.idle().toSeconds());
        }
        Host host = config.sticky() ? host(token, signed.key()) : null;
        boolean due = now - token.seen() >= Math.max(1, config.idle().toSeconds() / RENEWED_IN);
        boolean oldKey = signed.key() != keys.getFirst();
        Token going = due ? new Token(token.high(), token.low(), token.began(), now, token.host()) : token;
        return new Found.Alive(new Session(this, going, false, host, due || oldKey));
    }

    private Found ended(Token token, Reason why, long at) {
        if (told.size() >= MOST_TOLD) {
            told.clear();
        }
        Instant began = Instant.ofEpochSecond(token.began());
        return new Found.Ended(token.id(), why, began, Instant.ofEpochSecond(at), told.add(token.id()));
    }

    private Session begin(long now) {
        byte[] number = new byte[2 * Long.BYTES];
        NUMBERS.nextBytes(number);
        ByteBuffer halves = ByteBuffer.wrap(number);
        return new Session(this, new Token(halves.getLong(), halves.getLong(), now, now, 0), true, null, true);
    }

    private @Nullable Host host(Token token, SessionKey key) {
        for (Host host : upstream.hosts()) {
            if (key.tag(host.authority()) == token.host()) {
                return host.well() ? host : null;
            }
        }
        return null;
    }

    Fields forwarded(Fields fields, boolean begins) {
        return Cookies.without(fields, begins ? ofNoSession : own);
    }

    AsciiString cookie(Token token, @Nullable Host answering) {
        SessionKey key = keys.getFirst();
        long tag = config.sticky() && answering != null ? key.tag(answering.authority()) : 0;
        Token with = new Token(token.high(), token.low(), token.began(), token.seen(), tag);
        long left = config.absolute().toSeconds() - (token.seen() - token.began());
        return new AsciiString(config.cookie() + "=" + with.written(key) + attributes(left + KEPT_LONGER));
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
