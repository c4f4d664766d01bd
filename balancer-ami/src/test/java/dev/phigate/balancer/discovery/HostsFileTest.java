package dev.phigate.balancer.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.balancer.upstream.UpstreamConfig.HostConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file that hosts are listed in. */
@Tag("B4")
@NullUnmarked // a null where none should be fails the test that meets it
final class HostsFileTest {
    private static final Instant NOW = Instant.EPOCH;

    @TempDir
    Path folder;

    private HostsFile file(String text) throws IOException {
        return new HostsFile(Files.writeString(folder.resolve("hosts"), text));
    }

    @Test
    void aLineNamesAnAddressAndMayNameWeightAndZone() throws IOException {
        HostsFile file = file(
                "# ours\n\nhttps://10.0.0.1:8443\n  https://[fd00::1]:443 weight=3 zone=a \r\nhttps://10.0.0.2:1 zone=b");
        assertThat(file.due(NOW)).isTrue();
        List<HostConfig> hosts = file.look(NOW);
        assertThat(hosts)
                .extracting(HostConfig::authority)
                .containsExactly("10.0.0.1:8443", "[fd00:0:0:0:0:0:0:1]:443", "10.0.0.2:1");
        assertThat(hosts).extracting(HostConfig::weight).containsExactly(1, 3, 1);
        assertThat(hosts).extracting(HostConfig::zone).containsExactly("", "a", "b");
        assertThat(hosts).extracting(HostConfig::proves).containsOnly("");
    }

    @Test
    void aHostIsNotTwoThings() throws IOException {
        HostsFile file = file("https://10.0.0.1:8443 weight=2\nhttps://10.0.0.1:8443 weight=3");
        assertThat(file.due(NOW)).isTrue();
        assertThatThrownBy(() -> file.look(NOW))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("hosts, line 2: 10.0.0.1:8443 is there before, with another weight or zone");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://10.0.0.1:8443",
                "10.0.0.1:8443",
                "https://localhost:8443",
                "https://10.0.0.1",
                "https://10.0.0.1:0",
                "https://10.0.0.1:65536",
                "https://10.0.0.256:1",
                "https://10.0.0.1:1/path",
                "https://10.0.0.1:1 weight=0",
                "https://10.0.0.1:1 weight=101",
                "https://10.0.0.1:1 zone=",
                "https://10.0.0.1:1 colour=red"
            })
    void oneLineThatIsWrongSpoilsTheFile(String line) throws IOException {
        HostsFile file = file("https://10.0.0.1:8443\n" + line);
        assertThat(file.due(NOW)).isTrue();
        assertThatThrownBy(() -> file.look(NOW))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("hosts, line 2 (expected: https://ADDRESS:PORT");
    }

    @Test
    void itIsReadAgainOnceItHasStoppedChanging() throws IOException {
        HostsFile file = file("https://10.0.0.1:1");
        assertThat(file.due(NOW)).as("at first").isTrue();
        assertThat(file.look(NOW)).hasSize(1);
        assertThat(file.due(NOW)).as("nothing has changed").isFalse();
        Files.writeString(folder.resolve("hosts"), "https://10.0.0.1:1\nhttps://10.0.0.2:1");
        assertThat(file.due(NOW)).as("it may be half written").isFalse();
        assertThat(file.due(NOW)).isTrue();
        assertThat(file.look(NOW)).hasSize(2);
        assertThat(file.due(NOW)).isFalse();
    }

    @Test
    void whatCouldNotBeReadIsReadAgainAlsoWhenItHasNotChanged() throws IOException {
        HostsFile file = new HostsFile(Files.createDirectory(folder.resolve("hosts")));
        for (int i = 0; i < 3; i++) {
            assertThat(file.due(NOW)).as("nobody knows what is in it").isTrue();
            assertThatThrownBy(() -> file.look(NOW))
                    .isInstanceOf(IOException.class)
                    .hasMessage(folder.resolve("hosts") + " cannot be read: Is a directory");
        }
    }

    @Test
    void whatWasReadAndCannotBeUsedIsNotReadAgain() throws IOException {
        for (String text : List.of("https://nowhere", "#".repeat((1 << 20) + 1))) {
            HostsFile file = file(text);
            assertThat(file.due(NOW)).isTrue();
            assertThatThrownBy(() -> file.look(NOW)).isInstanceOf(IOException.class);
            assertThat(file.due(NOW)).isFalse();
        }
    }

    @Test
    void whatIsNotThereOrFarTooLargeSaysSo() throws IOException {
        HostsFile file = file("#".repeat((1 << 20) + 1));
        assertThat(file.due(NOW)).isTrue();
        assertThatThrownBy(() -> file.look(NOW)).hasMessageContaining("is larger than 1048576 bytes");
        Files.delete(folder.resolve("hosts"));
        assertThatThrownBy(() -> file.look(NOW)).hasMessageContaining("does not exist");
    }
}
