package dev.phigate.balancer.http.session;

import dev.phigate.audit.fact.OpaqueId;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.upstream.Host;
import dev.phigate.balancer.upstream.Upstream;
import io.netty.util.AsciiString;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The session of one request. */
public final class Session {
    private final Sessions sessions;
    private final Token token;
    private final boolean begins;
    private final Sessions.@Nullable Home home;
    private final boolean renew;

    Session(Sessions sessions, Token token, boolean begins, Sessions.@Nullable Home home, boolean renew) {
        this.sessions = sessions;
        this.token = token;
        this.begins = begins;
        this.home = home;
        this.renew = renew;
    }

    /** Its number, as records name it. */
    public OpaqueId id() {
        return token.id();
    }

    Token token() {
        return token;
    }

    /** Whether it begins with this request. */
    public boolean begins() {
        return begins;
    }

    /** The host it stays with; null when it has none yet, or that is gone. */
    public @Nullable Host host() {
        return home == null ? null : home.host();
    }

    /** The upstream whose host it stays with, though that may not be well; null when it has none yet. */
    public @Nullable Upstream upstream() {
        return home == null ? null : home.upstream();
    }

    /** The request's fields as the host gets them: without the session's cookie, and without those that other sessions had. */
    public Fields forwarded(Fields fields) {
        return sessions.forwarded(fields, token);
    }

    /** The answer's fields as the client gets them: what the session's end is to end belongs to it. */
    public Fields bound(Fields fields) {
        return sessions.bound(fields, token);
    }

    /** How long it may go on at all. */
    public Duration left() {
        return sessions.left(token);
    }

    /** How long it lives while nobody uses it. */
    public Duration idle() {
        return sessions.idle();
    }

    /** The cookie that goes with the answer of a host; null when the client has it already. */
    public @Nullable AsciiString cookie(@Nullable Host answering) {
        return renew || (sessions.sticky() && answering != host()) ? sessions.cookie(token, answering) : null;
    }
}
