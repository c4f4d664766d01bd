package dev.phigate.audit.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("A5")
class NeedleTest {
    @TempDir
    Path directory;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void aTextIsFoundExactlyWhereItStandsInMemoryAndInAFile() throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        Path file = directory.resolve("file");
        for (int i = 0; i < 2000; i++) {
            StringBuilder hay = new StringBuilder();
            for (int k = random.nextInt(200); k > 0; k--) {
                hay.append((char) ('a' + random.nextInt(3)));
            }
            int length = random.nextInt(6);
            int from = random.nextInt(hay.length() + 1);
            String text = random.nextBoolean()
                    ? hay.substring(from, Math.min(hay.length(), from + length))
                    : "abcabc\u00ff".substring(6 - length, 7);
            Needle needle = new Needle(bytes(text));
            boolean there = hay.indexOf(text) >= 0;
            byte[] all = bytes("xx" + hay + "yy");
            assertThat(needle.isIn(all, 2, all.length - 2))
                    .as("%s in %s", text, hay)
                    .isEqualTo(there);
            Files.write(file, bytes(hay.toString()));
            try (FileChannel channel = FileChannel.open(file)) {
                assertThat(needle.isIn(channel, new byte[8 + random.nextInt(20)]))
                        .as("%s in a file of %s", text, hay)
                        .isEqualTo(there);
            }
        }
    }

    @Test
    void whatStandsOutsideTheRangeIsNotFound() {
        byte[] all = bytes("needle hay needle");
        assertThat(new Needle(bytes("needle")).isIn(all, 1, all.length - 1)).isFalse();
        assertThat(new Needle(bytes("needle")).isIn(all, 0, 6)).isTrue();
        assertThat(new Needle(bytes("needle")).isIn(all, 11, all.length)).isTrue();
    }
}
