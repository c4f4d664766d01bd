package dev.phigate.balancer.http.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.phigate.settings.InvalidSettings;
import dev.phigate.settings.Settings;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an entry of {@code routes} may say. */
@Tag("B8")
final class RouteConfigTest {
    private static List<String> problems(String keys) {
        return catchThrowableOfType(
                        InvalidSettings.class,
                        () -> Settings.yaml("test", "{name: r, listener: https, " + keys + "}", RouteConfig::read))
                .problems();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "requestHeaders: {remove: [x-a]}",
                "responseHeaders: {set: {x-frame-options: DENY}}",
                "timeouts: {total: 1s}",
                "webSocket: {}"
            })
    void whatConcernsForwardingIsRefusedBesideRedirect(String keys) {
        assertThat(problems("redirect: {to: \"https://new.example/\"}, " + keys))
                .containsExactly(keys.split(":", 2)[0] + ": beside redirect (expected: upstream)");
    }

    @ParameterizedTest
    @CsvSource({
        "'PUT, DELETE', true",
        "HEAD, true",
        "'PUT, GET', false",
        "POST, false",
    })
    void aLogoutThatNoMethodOfItsRouteAsksForIsRefused(String methods, boolean refused) {
        List<String> problems = problems("upstream: ehr, methods: [" + methods
                + "], session: {secret: \"file:/nowhere\", endedAt: /signed-out, logout: /logout}");
        String problem = "session.logout: /logout is asked for by GET or POST (expected: one of the two among methods)";
        if (refused) {
            assertThat(problems).contains(problem);
        } else {
            assertThat(problems).doesNotContain(problem);
        }
    }
}
