package dev.phigate.balancer.http.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.session.SessionWatch;
import dev.phigate.settings.Settings;
import io.netty.util.AsciiString;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths that hosts and browsers read in another way than they are written lead nobody past a route, or to another host. */
@Tag("B4")
@Tag("B10")
@NullUnmarked // a null where none should be fails the test that meets it
final class GenerousPathsTest {
    private static Route route(String keys) {
        RouteConfig config = Settings.yaml("test", "{listener: https, name: " + keys + "}", RouteConfig::read);
        return new Route(config, java.util.Map.of(), new SessionWatch());
    }

    private static Request get(String target) {
        return new Request(
                new AsciiString("GET"), new AsciiString(target), new AsciiString("a"), Fields.NONE, 0, true, true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/old%2f@evil.example/",
                "/old%2F%2e@evil.example/",
                "/old%5c@evil.example/",
                "/old%2f.evil.example/",
                "/old%2f:1@evil.example",
                "/old//@evil.example",
                "/old;/@evil.example",
                "/old/@evil.example",
                "/old?@evil.example",
                "/old"
            })
    void aRedirectStaysOnItsHostWhateverIsAskedFor(String target) {
        Route moved = route("moved, pathPrefix: /old, redirect: {to: \"https://new.example\"}");
        assertThat(moved.takes(
                        new AsciiString("a"),
                        get(target),
                        PlainPath.of(new AsciiString(target), get(target).pathEnd()),
                        null))
                .isTrue();
        URI location = URI.create(moved.location(get(target)).orElseThrow().toString());
        assertThat(location.getRawAuthority()).isEqualTo("new.example");
        assertThat(location.getRawPath()).startsWith("/");
    }

    @ParameterizedTest
    @CsvSource({
        "/%5cadmin, admin",
        "/%5Cadmin/users, admin",
        "/admin%5cusers, admin",
        "/%5c%5c%2fadmin, admin",
        "/x%5cadmin, rest",
        "/admins%5c, rest"
    })
    void anEscapedBackslashIsASlashToHostsThatTakeItForOne(String target, String expected) {
        Router router = new Router(List.of(
                route("rest, redirect: {to: \"https://rest.example\"}"),
                route("admin, pathPrefix: /admin, redirect: {to: \"https://admin.example\"}")));
        assertThat(String.valueOf(
                        Objects.requireNonNull(router.find(get(target), null)).name()))
                .contains(expected);
    }
}
