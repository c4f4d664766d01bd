package dev.phigate.balancer.http.session;

import dev.phigate.audit.fact.OpaqueId;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.upstream.Host;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/** The session of one request. */
public final class Session {
    private final Sessions sessions;
    private final Token token;
    private final boolean begins;
    private final @Nullable Host host;
    private final boolean renew;

    Session(Sessions sessions, Token token, boolean begins, @Nullable Host host, boolean renew) {
        this.sessions = sessions;
        this.token = token;
        this.begins = begins;
        this.host = host;
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
        return host;
    }

    /** The request's fields as the host gets them: without the session's cookie, and in a new session without those of old ones. */
    public Fields forwarded(Fields fields) {
        return sessions.forwarded(fields, begins);
    }

    /** The cookie that goes with the answer of a host; null when the client has it already. */
    public @Nullable AsciiString cookie(@Nullable Host answering) {
        return renew || (sessions.sticky() && answering != host) ? sessions.cookie(token, answering) : null;
    }
}
