package dev.phigate.balancer.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.phigate.settings.InvalidSettings;
import dev.phigate.settings.Settings;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    private static List<String> problems(String keys) {
        return catchThrowableOfType(
                        InvalidSettings.class,
                        () -> Settings.yaml("test", "{name: u, " + keys + "}", UpstreamConfig::read))
                .problems();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hash: {header: x-tenant} | hash: without balancing: consistent-hash (expected: both, or neither)",
                "balancing: least-connections, hash: {} | hash: without balancing: consistent-hash (expected: both, or neither)",
                "health: {check: {service: a.B}} | health.check.service: beside type: http (expected: type: grpc)",
                "health: {check: {type: tls, service: a.B}} | health.check.service: beside type: tls (expected: type: grpc)",
                "health: {check: {type: tls, path: /}} | health.check.path: beside type: tls (expected: type: http)",
                "health: {check: {type: grpc, path: /}} | health.check.path: beside type: grpc (expected: type: http)",
                "health: {check: {type: grpc, status: 200}} | health.check.status: beside type: grpc (expected: type: http)",
                "discovery: {file: /hosts, port: 443} | discovery.port: beside file (expected: dns)",
                "discovery: {file: /hosts, servers: [10.0.0.2]} | discovery.servers: beside file (expected: dns)",
                "discovery: {dns: a.b, servers: [\"10.0.0.2:0\"]} | discovery.servers: 10.0.0.2:0 (expected: an address such as 10.0.0.2 or 10.0.0.2:53)"
            })
    void whatWouldDoNothingIsRefused(String keys, String problem) {
        assertThat(problems(keys)).contains(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "balancing: consistent-hash, hash: {header: x-tenant} | hash",
                "health: {check: {type: grpc, service: a.B}} | health.check",
                "health: {check: {path: /, status: 204}} | health.check",
                "discovery: {dns: a.b, port: 8443, servers: [\"10.0.0.2:53\"]} | discovery"
            })
    void whatDoesSomethingIsNot(String keys, String key) {
        assertThat(problems(keys)).isNotEmpty().noneMatch(problem -> problem.startsWith(key));
    }
}
