package dev.phigate.balancer.http.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.session.SessionWatch;
import dev.phigate.settings.Settings;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of several routes that would take a request gets it: by what they say, never by where they stand. */
@Tag("B4")
@NullUnmarked // a null where none should be fails the test that meets it
final class RouterTest {
    private static Route route(String keys) {
        RouteConfig config = Settings.yaml(
                "test",
                "{listener: https, redirect: {to: \"https://new.example\"}, name: " + keys + "}",
                RouteConfig::read);
        return new Route(config, Map.of(), new SessionWatch());
    }

    /** Who gets {@code GET /x/x} of a client called lab that sends two fields. */
    private static String taker(String... routes) {
        Fields fields = new Fields();
        fields.add(new AsciiString("x-a"), new AsciiString("1"));
        fields.add(new AsciiString("x-b"), new AsciiString("2"));
        Request request = new Request(
                new AsciiString("GET"), new AsciiString("/x/x"), new AsciiString("a"), fields, 0, true, true);
        Router router =
                new Router(List.of(routes).stream().map(RouterTest::route).toList());
        return Objects.requireNonNull(router.find(request, "lab")).config().name();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lab, clients: [lab] | fields, headers: {x-a: \"1\", x-b: \"2\"} | lab",
                "lab, clients: [lab] | fields, headers: {x-a: \"1\"}, methods: [GET] | lab",
                "two, headers: {x-a: \"1\", x-b: \"2\"} | one, headers: {x-a: \"1\"}, methods: [GET] | two",
                "fields, headers: {x-a: \"1\"} | gets, methods: [GET] | fields",
                "reads, methods: [GET] | more, methods: [GET, HEAD] | reads",
                "reads, methods: [GET, HEAD] | all, methods: [] | reads",
                "b, headers: {x-a: \"1\"} | a, headers: {x-b: \"2\"} | a",
                "b, clients: [lab] | a, clients: [lab, ward] | a",
                "z, path: /x/x | a, clients: [lab], headers: {x-a: \"1\"} | z",
                "z, host: a | a, path: /x/x, clients: [lab] | z"
            })
    void theOrderInWhichRoutesStandMeansNothing(String one, String other, String expected) {
        assertThat(taker(one, other)).isEqualTo(expected);
        assertThat(taker(other, one)).isEqualTo(expected);
    }
}
