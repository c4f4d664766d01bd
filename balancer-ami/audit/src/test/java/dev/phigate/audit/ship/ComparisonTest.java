package dev.phigate.audit.ship;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("A3")
class ComparisonTest {
    @TempDir
    Path directory;

    private final SplittableRandom random = new SplittableRandom(1);

    /** In parts of any size, as stores give objects back. */
    private boolean same(byte[] sent, byte[] arrived) throws IOException {
        Path file = Files.write(directory.resolve("sent"), sent);
        try (Comparison comparison = new Comparison(file)) {
            for (int at = 0; at < arrived.length; ) {
                int part = Math.min(arrived.length - at, 1 + random.nextInt(30_000));
                comparison.write(arrived, at, part);
                at += part;
            }
            return comparison.isWhole();
        }
    }

    @Test
    void onlyTheSameBytesToTheEndAreTheSame() throws IOException {
        byte[] sent = new byte[200_000];
        random.nextBytes(sent);
        assertThat(same(sent, sent)).isTrue();
        assertThat(same(new byte[0], new byte[0])).isTrue();
        assertThat(same(sent, new byte[0])).isFalse();
        assertThat(same(new byte[0], new byte[1])).isFalse();
        assertThat(same(sent, Arrays.copyOf(sent, sent.length - 1)))
                .as("shorter")
                .isFalse();
        assertThat(same(sent, Arrays.copyOf(sent, sent.length + 1)))
                .as("longer")
                .isFalse();
        for (int at : new int[] {0, 8191, 8192, 100_000, sent.length - 1}) {
            byte[] altered = sent.clone();
            altered[at] ^= 1;
            assertThat(same(sent, altered)).as("byte %d", at).isFalse();
        }
    }
}
