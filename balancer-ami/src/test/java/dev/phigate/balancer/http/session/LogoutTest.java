package dev.phigate.balancer.http.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import dev.phigate.settings.InvalidSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The end of a session by its user. */
@Tag("B5")
@SuppressWarnings("StringConcatToTextBlock") // the line ends are the point
final class LogoutTest {
    private static final String NAME = "__Host-phigate-all";
    private final Bench bench = new Bench();
    private final Path secret = bench.folder.resolve("session.secret");

    @BeforeEach
    void host() throws IOException {
        bench.workload(Workload.OK);
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        Files.writeString(secret, Base64.getEncoder().encodeToString(bytes));
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private void session(String more) {
        bench.routes = "  - {name: all, listener: https, upstream: ehr, session: {secret: \"file:" + secret + "\""
                + more + "}}\n";
    }

    /** {@code name=value}, as a browser sends it back. */
    private static String cookie(Wire.Answer answer) {
        return answer.field("set-cookie").split(";", 2)[0];
    }

    private int forwarded() {
        return bench.workloads.getFirst().received().size();
    }

    private static String valueOf(String key, String record) {
        return record.split("\"" + key + "\":\"", 2)[1].split("\"", 2)[0];
    }

    private Wire.Answer ask(String request, String cookie) throws IOException {
        return bench.ask(request + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n"
                + (cookie.isEmpty() ? "" : "Cookie: " + cookie + "\r\n") + "\r\n");
    }

    @Test
    @Tag("B6")
    @Tag("B8")
    void aUserWhoLogsOutEndsTheSessionForEveryCopyOfItsCookie() throws IOException {
        session(", endedAt: /signed-out, logout: /logout, sameSite: strict");
        bench.start();
        String cookie = cookie(ask("GET /", ""));
        assertThat(ask("PUT /logout", cookie).text()).as("only GET and POST").isEqualTo("ok");
        assertThat(ask("POST /logout/", cookie).text()).as("another path").isEqualTo("ok");
        int before = forwarded();
        Wire.Answer answer = ask("POST /logout?from=menu", cookie);
        assertThat(answer.status()).isEqualTo(303);
        assertThat(answer.field("location")).isEqualTo("/signed-out");
        assertThat(answer.field("set-cookie"))
                .isEqualTo(NAME + "=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Strict");
        assertThat(answer.field("clear-site-data")).isEqualTo("\"cookies\"");
        assertThat(answer.field("cache-control")).isEqualTo("no-store");
        String ended = bench.records("session-ended").getLast();
        assertThat(ended)
                .contains("\"reason\":\"logged-out\"", "\"rule\":\"asked-for\"")
                .contains("\"session\":\""
                        + valueOf("session", bench.records("session-started").getFirst()) + "\"");
        assertThat(bench.records("refused").getLast())
                .contains("\"rule\":\"logged-out\"", "\"reason\":\"redirected\"", valueOf("session", ended));
        bench.balancer().reload();
        assertThat(ask("POST /", cookie).status()).as("whoever has copied it").isEqualTo(403);
        assertThat(bench.records("refused").getLast()).contains("\"rule\":\"session-logged-out\"");
        assertThat(ask("GET /", cookie).field("location")).isEqualTo("/signed-out");
        assertThat(forwarded()).isEqualTo(before);
        assertThat(ask("GET /logout", cookie).status()).as("once more").isEqualTo(303);
        assertThat(bench.records("session-ended")).as("it ends once").hasSize(1);
        assertThat(bench.admin(bench.port("admin"), "/metrics").output())
                .contains(
                        "phigate_sessions_logged_out 1.0",
                        "phigate_sessions_logged_out_forgotten_total 0.0",
                        "phigate_sessions_ended_total{reason=\"logged-out\"} 1.0");
        assertThat(ask("GET /", "").status()).as("the next session").isEqualTo(200);
    }

    @Test
    @Tag("B6")
    void whoLogsOutWithoutASessionBeginsNone() throws IOException {
        session(", endedAt: /signed-out, logout: /logout");
        bench.start();
        assertThat(ask("GET /logout", "").status()).isEqualTo(303);
        assertThat(ask("POST /logout", NAME + "=" + "A".repeat(103)).status()).isEqualTo(303);
        assertThat(bench.records("session-started")).isEmpty();
        assertThat(bench.records("session-ended")).isEmpty();
        assertThat(bench.records("refused").getLast())
                .contains("\"rule\":\"logged-out\"")
                .doesNotContain("\"session\"");
    }

    @Test
    @Tag("B8")
    void aLogoutThatLeadsNowhereIsAConfigurationError() throws IOException {
        for (String wrong : List.of(
                ", logout: /logout",
                ", endedAt: /logout, logout: /logout",
                ", endedAt: /signed-out, logout: logout",
                ", endedAt: /signed-out, logout: \"/logout?now\"")) {
            session(wrong);
            bench.write();
            assertThat(catchThrowableOfType(InvalidSettings.class, () -> bench.read()))
                    .as(wrong)
                    .hasMessageContaining("logout");
        }
        bench.routes = bench.routes
                .replace("upstream: ehr", "upstream: ehr, pathPrefix: /app")
                .replace("\"/logout?now\"", "/logout");
        bench.write();
        assertThat(catchThrowableOfType(InvalidSettings.class, () -> bench.read()))
                .hasMessageContaining("session.logout: /logout (expected: a path of this route, below /app)");
    }
}
