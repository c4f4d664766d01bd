package dev.phigate.balancer.http.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Wire;
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

/** Cookies of the workload that end with the session. */
@Tag("B5")
@Tag("B6")
@SuppressWarnings("StringConcatToTextBlock") // the line ends are the point
final class BoundCookiesTest {
    private static final String SIGNED = "JSESSIONID=live\\.[A-Za-z0-9_-]{22}";
    private final Bench bench = new Bench();

    @BeforeEach
    void host() throws IOException {
        bench.workload((request, wire) -> {
            String set = request.requestLine().contains("/login")
                    ? "Set-Cookie: JSESSIONID=live; Path=/; HttpOnly\r\nSet-Cookie: theme=dark\r\n"
                    : request.requestLine().contains("/logout") ? "Set-Cookie: JSESSIONID=; Max-Age=0\r\n" : "";
            wire.send("HTTP/1.1 200 OK\r\n" + set + "Content-Length: 0\r\n\r\n");
        });
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        Path secret = Files.writeString(
                bench.folder.resolve("secret"), Base64.getEncoder().encodeToString(bytes));
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        bench.routes = "  - {name: all, listener: https, upstream: ehr, session: {secret: \"file:" + secret
                + "\", cookies: [JSESSIONID]}}\n";
        bench.start();
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private Wire.Answer get(String path, String... cookies) throws IOException {
        String line = cookies.length == 0 ? "" : "Cookie: " + String.join("; ", cookies) + "\r\n";
        return bench.ask("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + line + "\r\n");
    }

    /** {@code name=value}, as a browser sends it back. */
    private static String cookie(Wire.Answer answer, String name) {
        return answer.fields("set-cookie").stream()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.split(";", 2)[0])
                .findFirst()
                .orElseThrow();
    }

    private List<String> atHost() {
        return bench.workloads.getFirst().received().getLast().fields("cookie");
    }

    @Test
    void oneThatAHostSetPassesWithinTheSameSession() throws IOException {
        Wire.Answer login = get("/login");
        String ours = cookie(login, "__Host-phigate-all");
        String theirs = cookie(login, "JSESSIONID");
        assertThat(theirs).matches(SIGNED);
        assertThat(login.fields("set-cookie"))
                .as("its attributes stay, and others as they are")
                .contains(theirs + "; Path=/; HttpOnly", "theme=dark");
        get("/", "theme=dark", theirs, ours);
        assertThat(atHost()).containsExactly("theme=dark; JSESSIONID=live");
        assertThat(get("/logout", theirs, ours).fields("set-cookie")).containsExactly("JSESSIONID=; Max-Age=0");
    }

    /** Else who has it, and drops ours, would have a session that no end of a session ends. */
    @Test
    void oneOfAnotherSessionPassesNeitherAtOnceNorLater() throws IOException {
        String old = cookie(get("/login"), "JSESSIONID");
        String next = cookie(get("/", old), "__Host-phigate-all");
        assertThat(atHost()).as("it begins a session").isEmpty();
        get("/", next, old);
        assertThat(atHost()).as("it is of no session but the one before").isEmpty();
    }

    @Test
    void oneThatNoHostSetDoesNotPass() throws IOException {
        Wire.Answer login = get("/login");
        String ours = cookie(login, "__Host-phigate-all");
        String theirs = cookie(login, "JSESSIONID");
        for (String forged : List.of(
                "JSESSIONID=live",
                "JSESSIONID=",
                theirs.replace("live", "root"),
                theirs.replace("live", "liv"),
                theirs.substring(0, theirs.length() - 1),
                theirs + "A")) {
            get("/", ours, forged);
            assertThat(atHost()).as(forged).isEmpty();
        }
        get("/", ours, theirs);
        assertThat(atHost()).containsExactly("JSESSIONID=live");
    }
}
