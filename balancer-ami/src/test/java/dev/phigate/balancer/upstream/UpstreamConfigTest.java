package dev.phigate.balancer.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.phigate.settings.InvalidSettings;
import dev.phigate.settings.Settings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an entry of {@code upstreams} may say. */
@Tag("B8")
final class UpstreamConfigTest {
    @ParameterizedTest
    @ValueSource(strings = {"https://127.0.0.1:0", "https://127.0.0.1:65536", "https://[::1]:70000"})
    void aPortThatThereIsNotIsRefusedWithTheOthers(String url) {
        String document = "{name: u, hosts: [\"" + url + "\"], retires: {}}";
        InvalidSettings refused = catchThrowableOfType(
                InvalidSettings.class, () -> Settings.yaml("test", document, UpstreamConfig::read));
        assertThat(refused.problems())
                .contains(
                        "hosts: " + url + " (expected: a port between 1 and 65535)",
                        "retires: unknown key (did you mean retries?)");
    }
}
