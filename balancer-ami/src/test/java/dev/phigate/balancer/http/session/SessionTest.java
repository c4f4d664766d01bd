package dev.phigate.balancer.http.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.settings.InvalidSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sessions of browsers: with which host they stay, and when they end. */
@Tag("B5")
@SuppressWarnings("StringConcatToTextBlock") // the line ends are the point
final class SessionTest {
    private static final String NAME = "__Host-phigate-all";
    private final Bench bench = new Bench();
    private Path secret = bench.folder.resolve("session.secret");

    @BeforeEach
    void hosts() throws IOException {
        for (String name : List.of("one", "two", "three")) {
            bench.workload((request, wire) -> {
                wire.readBody(request);
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + name.length() + "\r\n\r\n" + name);
            });
        }
        writeSecret(fresh());
        session("");
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private static String fresh() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private void writeSecret(String... lines) throws IOException {
        Files.write(secret, List.of(lines));
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    }

    private void session(String more) {
        bench.routes = "  - {name: all, listener: https, upstream: ehr, session: {secret: \"file:" + secret + "\""
                + more + "}}\n";
    }

    private Wire.Answer get(String cookie) throws IOException {
        return get(bench, cookie);
    }

    private static Wire.Answer get(Bench from, String cookie) throws IOException {
        return from.ask("GET / HTTP/1.1\r\nHost: localhost\r\n" + (cookie.isEmpty() ? "" : "Cookie: " + cookie + "\r\n")
                + "\r\n");
    }

    /** {@code name=value}, as a browser sends it back. */
    private static String cookie(Wire.Answer answer) {
        return answer.field("set-cookie").split(";", 2)[0];
    }

    private List<String> cookiesAtHosts() {
        List<String> all = new ArrayList<>();
        bench.workloads.forEach(host -> host.received().forEach(request -> all.addAll(request.fields("cookie"))));
        return all;
    }

    @Test
    void aSessionStaysWithItsHostOnEveryMemberOfTheFleet() throws IOException {
        bench.start();
        try (Bench other = new Bench()) {
            bench.workloads.forEach(host -> other.host(host.url()));
            other.routes = bench.routes;
            other.start(bench);
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < 6; i++) {
                Wire.Answer first = get("");
                seen.add(first.text());
                assertThat(first.field("set-cookie"))
                        .matches(NAME + "=[A-Za-z0-9_-]{103}; Max-Age=\\d+; Path=/; Secure; HttpOnly; SameSite=Lax");
                for (int j = 0; j < 3; j++) {
                    Wire.Answer next = get("a=b; " + cookie(first) + "; c=d");
                    assertThat(next.text()).isEqualTo(first.text());
                    assertThat(next.field("set-cookie"))
                            .as("not renewed at once")
                            .isNull();
                    assertThat(get(other, cookie(first)).text()).isEqualTo(first.text());
                }
            }
            assertThat(seen).as("sessions are spread").hasSize(3);
        }
        assertThat(cookiesAtHosts()).as("our cookie is nobody else's").containsOnly("a=b; c=d");
    }

    @Test
    void aCookieThatWasChangedByOneCharacterBeginsAnotherSession() throws IOException {
        bench.start();
        String good = cookie(get(""));
        for (int at = NAME.length() + 1; at < good.length() - 1; at += 3) {
            char other = good.charAt(at) == 'A' ? 'B' : 'A';
            String forged = good.substring(0, at) + other + good.substring(at + 1);
            assertThat(get(forged).field("set-cookie")).as(forged).isNotNull();
        }
        assertThat(get(good + "; " + good).field("set-cookie"))
                .as("two are none")
                .isNotNull();
        assertThat(get(good).field("set-cookie")).isNull();
    }

    @Test
    void aCookieOfAnotherRouteOrOfAnotherSecretIsNone() throws IOException {
        bench.routes = "  - {name: a, listener: https, host: a.example, upstream: ehr, session: {secret: \"file:"
                + secret
                + "\", cookie: __Host-s}}\n"
                + "  - {name: b, listener: https, host: b.example, upstream: ehr, session: {secret: \"file:" + secret
                + "\", cookie: __Host-s}}\n";
        bench.start();
        String ask = "GET / HTTP/1.1\r\nHost: %s.example\r\nCookie: %s\r\n\r\n";
        String good = cookie(bench.ask(ask.formatted("a", "none=yet")));
        assertThat(bench.ask(ask.formatted("a", good)).field("set-cookie")).isNull();
        assertThat(bench.ask(ask.formatted("b", good)).field("set-cookie")).isNotNull();
        writeSecret(fresh());
        bench.balancer().reload();
        assertThat(bench.ask(ask.formatted("a", good)).field("set-cookie")).isNotNull();
    }

    @Test
    void aNewSecretSignsAndTheOldOneStillChecks() throws IOException {
        String old = fresh();
        writeSecret(old);
        bench.start();
        Wire.Answer first = get("");
        String next = fresh();
        writeSecret(next, old);
        bench.balancer().reload();
        Wire.Answer again = get(cookie(first));
        assertThat(again.text()).isEqualTo(first.text());
        assertThat(again.field("set-cookie")).as("signed anew").isNotNull();
        writeSecret(next);
        bench.balancer().reload();
        assertThat(get(cookie(again)).field("set-cookie")).isNull();
        assertThat(get(cookie(again)).text()).isEqualTo(first.text());
    }

    @Test
    void aSessionWhoseHostIsGoneMovesAndStaysThere() throws IOException {
        bench.upstreamExtra = "health: {failures: 1, ejectFor: 60s}";
        bench.start();
        Wire.Answer first = get("");
        bench.workloads.forEach(host -> {
            if (!host.received().isEmpty()) {
                host.close();
            }
        });
        Wire.Answer moved = get(cookie(first));
        assertThat(moved.status()).isEqualTo(200);
        assertThat(moved.text()).isNotEqualTo(first.text());
        for (int i = 0; i < 3; i++) {
            assertThat(get(cookie(moved)).text()).isEqualTo(moved.text());
        }
    }

    @Test
    @Tag("B6")
    void aSessionEndsWhenItIsIdleAndItsCookieCannotBeReplayed() throws IOException {
        session(", idle: 2s, absolute: 1h");
        bench.start();
        String[] cookie = {""};
        Bench.eventually("use keeps it alive beyond its idle time", () -> {
            cookie[0] = usedFor(Duration.ofSeconds(4));
            return !cookie[0].isEmpty();
        });
        Wire.Answer ended = get(cookie[0] + "; theirs=live");
        assertThat(ended.status()).as("the cookie of then").isEqualTo(403);
        assertThat(ended.field("set-cookie")).startsWith(NAME + "=; Max-Age=0; Path=/; Secure");
        assertThat(ended.field("clear-site-data")).isEqualTo("\"cookies\"");
        assertThat(bench.records("refused").getLast()).contains("session-idle");
        assertThat(cookiesAtHosts()).isEmpty();
    }

    /** Uses a session for a while and answers its first cookie; none where it could not be used for a second, which may have been idle for two. */
    private String usedFor(Duration time) throws IOException {
        long began = System.nanoTime();
        String first = cookie(get(""));
        String renewed = first;
        long used = began;
        while (System.nanoTime() - began < time.toNanos()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            long asked = System.nanoTime();
            Wire.Answer answer = get(renewed);
            if (answer.status() == 403
                    && System.nanoTime() - used >= Duration.ofSeconds(1).toNanos()) {
                return "";
            }
            assertThat(answer.status()).isEqualTo(200);
            renewed = answer.field("set-cookie") == null ? renewed : cookie(answer);
            used = asked;
        }
        return first;
    }

    private static String valueOf(String key, String record) {
        return record.split("\"" + key + "\":\"", 2)[1].split("\"", 2)[0];
    }

    @Test
    @Tag("B6")
    @Tag("B11")
    void theBeginningAndTheEndOfASessionAreRecordedOnceWithWhoseItIs() throws IOException {
        session(", idle: 2s, absolute: 1h");
        bench.tlsExtra = "clientCertificate: require, clientTrust: " + bench.pki.trustFile();
        bench.start();
        SSLContext person = bench.pki.context(bench.client);
        String[] cookie = {""};
        Bench.eventually("the session has ended", () -> {
            try (Wire wire = new Wire(person, bench.port())) {
                Wire.Answer answer = wire.send("GET / HTTP/1.1\r\nHost: localhost\r\n" + cookie[0] + "\r\n")
                        .read();
                cookie[0] = cookie[0].isEmpty() ? "Cookie: " + cookie(answer) + "\r\n" : cookie[0];
                return answer.status() == 403;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        try (Wire wire = new Wire(person, bench.port())) {
            assertThat(wire.send("GET / HTTP/1.1\r\nHost: localhost\r\n" + cookie[0] + "\r\n")
                            .read()
                            .status())
                    .as("once more")
                    .isEqualTo(403);
        }
        String started = bench.records("session-started").getFirst();
        String session = "\"session\":\"" + valueOf("session", started) + "\"";
        String identity = "\"identity\":\"" + valueOf("identity", started) + "\",\"identityKind\":\"certificate\"";
        assertThat(bench.records("session-started")).hasSize(1);
        assertThat(started).contains(identity, "\"listener\":\"https\"", "\"source\":\"127.0.0.1\"");
        assertThat(bench.records("exchange")).isNotEmpty().allMatch(record -> record.contains(session));
        assertThat(bench.records("refused")).hasSize(2).allMatch(record -> record.contains(session));
        assertThat(bench.records("session-ended"))
                .singleElement()
                .asString()
                .contains(session, identity, "\"reason\":\"idle\"", "\"durationMicros\":2000000,");
        Instant began = Instant.parse(valueOf("time", started)).truncatedTo(ChronoUnit.SECONDS);
        assertThat(Instant.parse(valueOf("time", bench.records("session-ended").getFirst())))
                .as("when it ended, not when that was noticed")
                .isBetween(began.plusSeconds(2), began.plusSeconds(3));
        assertThat(String.join("\n", bench.records())).doesNotContain(cookie[0].split("=", 2)[1].strip());
    }

    @Test
    @Tag("B6")
    void aSessionEndsWhenItIsTooOldHoweverBusy() throws IOException {
        session(", idle: 3s, absolute: 3s, endedAt: /signed-out");
        bench.start();
        String[] cookie = {cookie(get(""))};
        Wire.Answer[] last = new Wire.Answer[1];
        Bench.eventually("it has ended", () -> {
            last[0] = get(cookie[0]);
            cookie[0] = last[0].status() == 200 && last[0].field("set-cookie") != null ? cookie(last[0]) : cookie[0];
            return last[0].status() != 200;
        });
        assertThat(last[0].status()).isEqualTo(303);
        assertThat(last[0].field("location")).isEqualTo("/signed-out");
        assertThat(bench.records("refused").getLast()).contains("session-too-old");
        assertThat(bench.records("session-ended"))
                .singleElement()
                .asString()
                .contains("\"reason\":\"too-old\"", "\"durationMicros\":3000000,")
                .doesNotContain("identity");
        assertThat(bench.ask("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nCookie: " + cookie[0]
                                + "\r\n\r\n")
                        .status())
                .isEqualTo(403);
    }

    @Test
    @Tag("B6")
    @Tag("B8")
    void theEndOfASessionIsRecordedWhenItComesWhetherSomebodyComesBackOrNot() throws IOException {
        session(", idle: 1s, absolute: 1h");
        bench.start();
        String cookie = cookie(get(""));
        bench.balancer().reload();
        Bench.eventually("the record", () -> !bench.records("session-ended").isEmpty());
        String session = "\"session\":\""
                + valueOf("session", bench.records("session-started").getFirst()) + "\"";
        assertThat(bench.records("session-ended"))
                .singleElement()
                .asString()
                .contains(session, "\"reason\":\"idle\"", "\"rule\":\"not-seen-here\"", "\"durationMicros\":1000000,");
        assertThat(get(cookie).status()).isEqualTo(403);
        assertThat(bench.records("session-ended")).as("told once").hasSize(1);
        assertThat(bench.admin(bench.port("admin"), "/metrics").output())
                .contains("phigate_sessions_watched 0.0", "phigate_sessions_unwatched_total 0.0");
    }

    @Test
    @Tag("B6")
    void aConnectionBecomesNoOlderThanItMay() throws IOException {
        bench.listenerExtra = "timeouts: {connection: 1s}";
        bench.start();
        try (Wire wire = bench.connect()) {
            Wire.Answer[] last = new Wire.Answer[1];
            int[] answers = {0};
            Bench.eventually("it ends", () -> {
                last[0] = wire.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").read();
                answers[0]++;
                return "close".equals(last[0].field("connection"));
            });
            assertThat(last[0].status()).isEqualTo(200);
            assertThat(answers[0]).isGreaterThan(1);
            assertThat(wire.ended()).isTrue();
        }
    }

    @Test
    void whatWouldNotHoldIsRefused() throws IOException {
        session(", idle: 2h, absolute: 1h, cookie: session, sameSite: none, cookies: [\"a b\"]");
        bench.write();
        InvalidSettings refused = catchThrowableOfType(InvalidSettings.class, () -> bench.read());
        assertThat(String.join("\n", refused.problems()))
                .contains(
                        "routes[\"all\"].session.idle: longer than absolute",
                        "routes[\"all\"].session.cookie: session (expected: a name that begins with __Host-)",
                        "routes[\"all\"].session.sameSite: none (expected: one of strict, lax)",
                        "routes[\"all\"].session.cookies: a b");
        secret = Path.of("/nowhere/secret");
        session("");
        bench.write();
        refused = catchThrowableOfType(InvalidSettings.class, () -> bench.read());
        assertThat(String.join("\n", refused.problems())).contains("session.secret: /nowhere/secret does not exist");
    }
}
