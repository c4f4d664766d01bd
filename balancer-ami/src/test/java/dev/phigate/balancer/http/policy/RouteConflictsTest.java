package dev.phigate.balancer.http.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.settings.InvalidSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Routes of one document that take away from each other what each of them promises are refused. */
@Tag("B6")
@Tag("B8")
final class RouteConflictsTest {
    private final Bench bench = new Bench();
    private final Path secret = bench.folder.resolve("session.secret");

    @BeforeEach
    void documents() throws IOException {
        bench.host("https://127.0.0.1:1");
        Files.writeString(secret, "c2VjcmV0IG9mIGEgdGVzdCB0aGF0IGlzIGxvbmcgZW5vdWdo\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    }

    @AfterEach
    void clean() {
        bench.close();
    }

    private String session(String more) {
        return "session: {secret: \"file:" + secret + "\"" + more + "}";
    }

    private List<String> problems(String... routes) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String route : routes) {
            all.append("  - {upstream: ehr, ").append(route).append("}\n");
        }
        bench.routes = all.toString();
        bench.write();
        try {
            bench.read();
            return List.of();
        } catch (InvalidSettings e) {
            return e.problems();
        }
    }

    /** Each would overwrite the other's: automatic logoff would be lost. */
    @ParameterizedTest
    @CsvSource({
        "*, *, true",
        "a.example, a.example, true",
        "*, b.example, true",
        "*.example, b.example, true",
        "*.a.example, *.b.example, true",
        "a.example, b.example, false"
    })
    void twoRoutesHaveOneCookieOnlyAtHostsOfTheirOwn(String host, String other, boolean refused) throws IOException {
        String cookie = session(", cookie: __Host-s");
        List<String> problems = problems(
                "name: a, listener: https, host: \"" + host + "\", " + cookie,
                "name: b, listener: https, pathPrefix: /b, host: \"" + other + "\", " + cookie);
        if (refused) {
            assertThat(problems)
                    .containsExactly("routes[\"b\"].session.cookie: __Host-s is the cookie of routes[\"a\"] too"
                            + " (expected: another name, or one host each, not the same and without *)");
        } else {
            assertThat(problems).isEmpty();
        }
    }

    @Test
    void theCookieThatARouteIsCalledByIsNobodyElsesEither() throws IOException {
        assertThat(problems(
                        "name: a, listener: https, " + session(", cookie: __Host-phigate-b"),
                        "name: b, listener: https, pathPrefix: /b, " + session("")))
                .singleElement()
                .asString()
                .startsWith("routes[\"b\"].session.cookie: __Host-phigate-b is the cookie of routes[\"a\"] too");
        assertThat(problems(
                        "name: a, listener: https, " + session(""),
                        "name: b, listener: https, pathPrefix: /b, " + session("")))
                .isEmpty();
    }

    @Test
    void portsDoNotSeparateCookies() throws IOException {
        bench.moreListeners = "  - {name: fhir, address: 127.0.0.1, port: 0, tls: {" + Bench.pem(bench.server) + "}}\n";
        String cookie = session(", cookie: __Host-s");
        assertThat(problems("name: a, listener: https, " + cookie, "name: b, listener: fhir, " + cookie))
                .singleElement()
                .asString()
                .startsWith("routes[\"b\"].session.cookie: __Host-s is the cookie of routes[\"a\"] too");
    }

    private List<String> logoutBeside(String... others) throws IOException {
        List<String> routes = new ArrayList<>(List.of(others));
        routes.add(
                "name: app, listener: https, host: a.example, " + session(", endedAt: /signed-out, logout: /logout"));
        return problems(routes.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "path: /logout | GET",
                "path: /%6cogout | GET",
                "pathTemplate: \"/{page}\" | GET",
                "path: /logout, methods: [POST] | POST",
                "methods: [GET, HEAD] | GET"
            })
    void aLogoutThatAnotherRouteTakesIsRefused(String keys, String method) throws IOException {
        assertThat(logoutBeside("name: page, listener: https, host: a.example, " + keys))
                .containsExactly("routes[\"app\"].session.logout: " + method + " /logout is taken by routes[\"page\"]"
                        + " before (expected: a path that reaches this route)");
    }

    @Test
    void aLogoutThatReachesItsRouteIsNot() throws IOException {
        bench.tlsExtra = "clientCertificate: request, clientTrust: " + bench.pki.trustFile();
        assertThat(logoutBeside(
                        "name: any, listener: https, path: /logout",
                        "name: other, listener: https, host: b.example, path: /logout",
                        "name: put, listener: https, host: a.example, path: /logout, methods: [PUT]",
                        "name: below, listener: https, host: a.example, pathPrefix: /logout/now",
                        "name: canary, listener: https, host: a.example, headers: {x-canary: \"1\"}",
                        "name: own, listener: https, host: a.example, clients: [lab]"))
                .isEmpty();
    }
}
