package dev.phigate.balancer.tls.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.balancer.training.ThrowAwayCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read from PEM files, and what is refused. */
@Tag("B7")
@Tag("B8")
final class PemTest {
    @Test
    void noMoreIsReadThanAPemFileHolds(@TempDir Path folder) throws Exception {
        Path large = Files.writeString(folder.resolve("large.crt"), " ".repeat((1 << 20) + 1));
        for (Path file : new Path[] {large, Path.of("/dev/zero")}) {
            assertThatThrownBy(() -> Pem.certificates(file))
                    .isInstanceOf(Pem.Unusable.class)
                    .hasMessage(file + " is larger than 1MiB (expected: a PEM file)");
        }
    }

    @Test
    void aChainThatIsCutOffIsRefusedNotShortened(@TempDir Path folder) throws Exception {
        var _ = ThrowAwayCertificate.write(folder);
        String one = Files.readString(folder.resolve("server.crt"));
        Path chain = folder.resolve("chain.crt");
        Files.writeString(chain, one + one);
        assertThat(Pem.certificates(chain)).hasSize(2);
        for (int cut : new int[] {20, one.length() / 2, one.length() - 20}) {
            Files.writeString(chain, one + one.substring(0, cut));
            assertThatThrownBy(() -> Pem.certificates(chain))
                    .as("after %s characters", cut)
                    .isInstanceOf(Pem.Unusable.class)
                    .hasMessageContaining(chain + ": a block does not end (expected: -----END");
        }
    }
}
