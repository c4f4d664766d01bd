package dev.phigate.balancer.http.session;

import dev.phigate.audit.fact.Identity;
import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.OpaqueId;
import dev.phigate.audit.record.SessionEnded;
import dev.phigate.audit.record.SessionEnded.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that this process has seen and not yet seen end, so that an end is recorded when it comes and not only when somebody
 * comes back. It decides nothing: whether a session lives stands in its cookie. Kept across reloads, not across restarts; at most
 * {@value #MOST}, and what is beyond is counted and recorded when its cookie comes back. Used by all loops at once.
 */
public final class SessionWatch {
    /** How many sessions are watched at once; each takes some 150 bytes. */
    static final int MOST = 50_000;

    /** How many ended sessions are remembered, so that a page of many requests tells of its session's end once. */
    private static final int MOST_TOLD = 10_000;

    /** The record's own word: its cookie came back after its end. */
    private static final Name CAME_BACK = new Name("cookie-came-back");
    /** The record's own word: it is as old as it may be, whoever has seen it. */
    private static final Name TOO_OLD = new Name("absolute-time");
    /** The record's own word: this process has not seen it since; another member of a fleet may have. */
    private static final Name NOT_SEEN = new Name("not-seen-here");

    /** The record's own word: its user asked for it here; other members of a fleet go by the cookie. */
    private static final Name ASKED_FOR = new Name("asked-for");

    private final int most;
    private final LoggedOut loggedOut;
    private final Map<OpaqueId, Seen> live = new ConcurrentHashMap<>();
    private final Set<OpaqueId> told = ConcurrentHashMap.newKeySet();
    private final LongAdder unwatched = new LongAdder();

    /**
     * What is known of one, in seconds since 1970.
     *
     * @param used its last use, as its cookie has it
     * @param idleEnd when it ends unless it is used again
     * @param absoluteEnd when it ends at the latest
     */
    private record Seen(
            long began,
            long used,
            long idleEnd,
            long absoluteEnd,
            @Nullable Identity identity) {
        long end() {
            return Math.min(idleEnd, absoluteEnd);
        }
    }

    /** Watches nothing yet. */
    public SessionWatch() {
        this(MOST, System::nanoTime);
    }

    /** One for so many, with that clock that only runs forward. */
    SessionWatch(int most, LongSupplier nanos) {
        this.most = most;
        this.loggedOut = new LoggedOut(most, nanos);
    }

    /** A session was used, by whoever proved to be this. */
    void used(Token token, SessionConfig config, @Nullable Identity identity) {
        OpaqueId id = token.id();
        Seen before = live.get(id);
        if (before != null && before.used() >= token.seen()) {
            return;
        }
        if (before == null && live.size() >= most) {
            unwatched.increment();
            return;
        }
        Seen now = new Seen(
                token.began(),
                token.seen(),
                token.seen() + config.idle().toSeconds(),
                token.began() + config.absolute().toSeconds(),
                identity);
        live.merge(id, now, (known, other) -> known.used() >= other.used() ? known : other);
        if (loggedOut.contains(id)) {
            // Another loop has let its user end it meanwhile.
            live.remove(id);
            return;
        }
        // Another member of the fleet has seen it since we said that it had ended.
        told.remove(id);
    }

    /** Whether its user has ended it, as far as this process knows. */
    boolean isLoggedOut(OpaqueId id) {
        return loggedOut.contains(id);
    }

    /**
     * The user of a session that lives ends it: from now on this process refuses its cookie.
     *
     * @param now in seconds since 1970
     * @return its record
     */
    SessionEnded logOut(Token token, SessionConfig config, long now, @Nullable Identity identity) {
        OpaqueId id = token.id();
        loggedOut.add(id, token.began() + config.absolute().toSeconds(), config.absolute());
        live.remove(id);
        var _ = tells(id);
        return record(id, identity, Reason.LOGGED_OUT, ASKED_FOR, token.began(), now);
    }

    /** The cookie of a session came back after its end; answers its record, or null when that is no news. */
    @Nullable
    SessionEnded cameBack(Token token, Reason why, long end, @Nullable Identity identity) {
        OpaqueId id = token.id();
        // For whoever shows this cookie it is over; a younger one may know more, and brings it back.
        live.remove(id);
        return tells(id) ? record(id, identity, why, CAME_BACK, token.began(), end) : null;
    }

    /** The records of those that have ended by now; each is told once. */
    public List<SessionEnded> ended(Instant moment) {
        long now = moment.getEpochSecond();
        loggedOut.letGo(now);
        List<SessionEnded> records = new ArrayList<>();
        live.forEach((id, seen) -> {
            if (seen.end() <= now && live.remove(id, seen) && tells(id)) {
                boolean old = seen.absoluteEnd() <= seen.idleEnd();
                records.add(record(
                        id,
                        seen.identity(),
                        old ? Reason.TOO_OLD : Reason.IDLE,
                        old ? TOO_OLD : NOT_SEEN,
                        seen.began(),
                        seen.end()));
            }
        });
        return records;
    }

    private boolean tells(OpaqueId id) {
        if (told.size() >= MOST_TOLD) {
            told.clear();
        }
        return told.add(id);
    }

    private static SessionEnded record(
            OpaqueId id, @Nullable Identity identity, Reason why, Name rule, long began, long end) {
        return new SessionEnded(
                Instant.ofEpochSecond(end), identity, id, why, rule, TimeUnit.SECONDS.toMicros(end - began));
    }

    /** How many are watched. */
    public int watched() {
        return live.size();
    }

    /** How many were ended by their users and may still have cookies that live. */
    public int loggedOut() {
        return loggedOut.size();
    }

    /** How many of those had to be forgotten, because there were too many: copies of their cookies live again. */
    public long forgotten() {
        return loggedOut.forgotten();
    }

    /** How many uses there were of sessions that could not be watched as well. */
    public long unwatched() {
        return unwatched.sum();
    }
}
