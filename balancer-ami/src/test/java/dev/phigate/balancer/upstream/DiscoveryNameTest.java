package dev.phigate.balancer.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.settings.InvalidSettings;
import dev.phigate.settings.Settings;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which names a configuration may tell a balancer to ask for. */
@Tag("B4")
final class DiscoveryNameTest {
    /** What is wrong with an upstream whose hosts are found by this name, and which trusts nobody. */
    private static String problems(String name) {
        String upstream = "{name: u, discovery: {dns: \"" + name + "\", servers: [192.0.2.1]}}";
        try {
            return "none of " + Settings.yaml("test", upstream, UpstreamConfig::read);
        } catch (InvalidSettings e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String letters(int count) {
        return "a".repeat(count);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a.b", "a._tcp.b", "a_b.c", "xn--bcher-kva.example", "A-.1"})
    void aNameThatCanBeAskedForIsTaken(String name) {
        assertThat(problems(name)).contains("tls.trust").doesNotContain("discovery");
        assertThat(new DefaultDnsQuestion(name, DnsRecordType.A).name()).isEqualTo(name + ".");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a..b", ".a", "a.", "-a", "a b", ""})
    void aNameThatCannotBeAskedForIsAConfigurationError(String name) {
        assertThat(problems(name)).contains("discovery.dns");
    }

    @ParameterizedTest
    @ValueSource(ints = {63, 64})
    void aLabelHasAtMost63Letters(int count) {
        assertThat(problems("a." + letters(count)).contains("discovery.dns")).isEqualTo(count > 63);
    }
}
