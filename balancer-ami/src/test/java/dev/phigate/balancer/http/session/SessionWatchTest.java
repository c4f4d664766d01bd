package dev.phigate.balancer.http.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.audit.fact.Identity;
import dev.phigate.audit.fact.OpaqueId;
import dev.phigate.audit.record.SessionEnded;
import dev.phigate.audit.record.SessionEnded.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When the end of a session is told, and when not. */
@Tag("B6")
final class SessionWatchTest {
    private static final Identity NURSE = new Identity(Identity.Kind.CERTIFICATE, "CN=nurse");
    private static final long BEGAN = 1_000_000;

    private final SessionConfig config = new SessionConfig(
            Optional.empty(),
            "__Host-s",
            SessionConfig.SameSite.LAX,
            true,
            Duration.ofSeconds(60),
            Duration.ofSeconds(600),
            Optional.empty(),
            Optional.empty(),
            List.of());
    private long nanos = Long.MAX_VALUE - 5;
    private final SessionWatch watch = new SessionWatch(2, () -> nanos);

    private static Token token(long number, long seen) {
        return new Token(1, number, BEGAN, seen, 0);
    }

    private List<SessionEnded> at(long second) {
        return watch.ended(Instant.ofEpochSecond(second));
    }

    @Test
    void anIdleSessionEndsAfterItsLastUseAndSaysThatOnlyWeHaveNotSeenIt() {
        watch.used(token(1, BEGAN), config, NURSE);
        watch.used(token(1, BEGAN + 50), config, NURSE);
        assertThat(at(BEGAN + 109)).isEmpty();
        SessionEnded ended = at(BEGAN + 110).getFirst();
        assertThat(ended.session()).isEqualTo(new OpaqueId(1, 1));
        assertThat(ended.time()).isEqualTo(Instant.ofEpochSecond(BEGAN + 110));
        assertThat(ended.identity()).isEqualTo(NURSE);
        assertThat(ended.reason()).isEqualTo(Reason.IDLE);
        assertThat(String.valueOf(ended.rule())).isEqualTo("not-seen-here");
        assertThat(ended.durationMicros()).isEqualTo(110_000_000);
        assertThat(at(BEGAN + 1000)).isEmpty();
        assertThat(watch.watched()).isZero();
    }

    @Test
    void aSessionThatIsAsOldAsItMayBeHasEndedForEverybody() {
        watch.used(token(1, BEGAN + 570), config, null);
        assertThat(at(BEGAN + 599)).isEmpty();
        SessionEnded ended = at(BEGAN + 600).getFirst();
        assertThat(ended.reason()).isEqualTo(Reason.TOO_OLD);
        assertThat(String.valueOf(ended.rule())).isEqualTo("absolute-time");
        assertThat(ended.durationMicros()).isEqualTo(600_000_000);
    }

    @Test
    void anOlderCookieDoesNotShortenASessionAndAYoungerOneBringsItBack() {
        watch.used(token(1, BEGAN + 50), config, null);
        watch.used(token(1, BEGAN), config, null);
        assertThat(at(BEGAN + 60)).isEmpty();
        assertThat(watch.cameBack(token(1, BEGAN), Reason.IDLE, BEGAN + 60, null))
                .isNotNull();
        watch.used(token(1, BEGAN + 50), config, null);
        assertThat(at(BEGAN + 110)).hasSize(1);
    }

    @Test
    void whoComesBackIsToldOfOnceAndOnlyWhenTheClockHasNotToldYet() {
        Token token = token(1, BEGAN);
        SessionEnded first = watch.cameBack(token, Reason.IDLE, BEGAN + 60, NURSE);
        assertThat(first).isNotNull();
        assertThat(String.valueOf(first == null ? null : first.rule())).isEqualTo("cookie-came-back");
        assertThat(watch.cameBack(token, Reason.IDLE, BEGAN + 60, NURSE)).isNull();
        watch.used(token(2, BEGAN), config, null);
        assertThat(at(BEGAN + 60)).hasSize(1);
        assertThat(watch.cameBack(token(2, BEGAN), Reason.IDLE, BEGAN + 60, null))
                .isNull();
    }

    @Test
    void aSessionThatLivedOnElsewhereEndsAgain() {
        watch.used(token(1, BEGAN), config, null);
        assertThat(at(BEGAN + 60)).hasSize(1);
        watch.used(token(1, BEGAN + 100), config, null);
        assertThat(at(BEGAN + 159)).isEmpty();
        assertThat(at(BEGAN + 160)).hasSize(1);
    }

    @Test
    void whatItsUserEndedHasEndedOnceAndIsRefusedUntilNoCookieOfItCanLive() {
        Token token = token(1, BEGAN);
        watch.used(token, config, NURSE);
        SessionEnded ended = watch.logOut(token, config, BEGAN + 20, NURSE);
        assertThat(ended.reason()).isEqualTo(Reason.LOGGED_OUT);
        assertThat(String.valueOf(ended.rule())).isEqualTo("asked-for");
        assertThat(ended.durationMicros()).isEqualTo(20_000_000);
        // A request of the same page on another loop, which had found it alive.
        watch.used(token(1, BEGAN + 30), config, NURSE);
        assertThat(watch.watched()).isZero();
        assertThat(at(BEGAN + 599)).isEmpty();
        assertThat(watch.isLoggedOut(token.id())).isTrue();
        nanos += config.absolute().toNanos();
        assertThat(at(BEGAN + 620)).isEmpty();
        assertThat(watch.isLoggedOut(token.id())).isFalse();
        assertThat(watch.forgotten()).isZero();
    }

    @Test
    void aClockThatIsAheadForAMomentOrPutBackLetsNoCookieLiveAgain() {
        Token token = token(1, BEGAN);
        watch.logOut(token, config, BEGAN + 20, null);
        nanos += Duration.ofSeconds(1).toNanos();
        assertThat(at(BEGAN + 10_000)).isEmpty();
        assertThat(watch.isLoggedOut(token.id())).as("ahead").isTrue();
        nanos += Duration.ofSeconds(1000).toNanos();
        assertThat(at(BEGAN + 599)).isEmpty();
        assertThat(watch.isLoggedOut(token.id())).as("put back").isTrue();
        at(BEGAN + 600);
        assertThat(watch.isLoggedOut(token.id())).isFalse();
    }

    @Test
    void ofTooManyLogoutsThoseAreForgottenThatEndFirstAndThatIsCounted() {
        for (int i = 0; i < 3; i++) {
            watch.logOut(new Token(1, i, BEGAN + i, BEGAN + i, 0), config, BEGAN + 10, null);
        }
        assertThat(watch.loggedOut()).isEqualTo(2);
        assertThat(watch.forgotten()).isEqualTo(1);
        assertThat(watch.isLoggedOut(token(0, BEGAN).id())).isFalse();
        assertThat(watch.isLoggedOut(token(2, BEGAN).id())).isTrue();
    }

    @Test
    void beyondTheBoundNothingIsKeptButTheirNumber() {
        for (int i = 0; i < 5; i++) {
            watch.used(token(i, BEGAN), config, null);
        }
        assertThat(watch.watched()).isEqualTo(2);
        assertThat(watch.unwatched()).isEqualTo(3);
        watch.used(token(0, BEGAN + 10), config, null);
        assertThat(watch.unwatched()).as("one that is watched stays so").isEqualTo(3);
        assertThat(at(BEGAN + 1000)).hasSize(2);
        assertThat(watch.watched()).isZero();
    }
}
