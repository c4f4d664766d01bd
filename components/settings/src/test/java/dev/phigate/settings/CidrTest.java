package dev.phigate.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("N1")
final class CidrTest {
    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/8", "0.0.0.0/0", "255.255.255.255/32", "192.168.128.0/17"})
    void aBlockIsWrittenAsItIsRead(String text) {
        assertThat(Cidr.of(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1/8", "10.0.0.0/33", "10.0.0.256/32", "10.0.0/8", "10.0.0.0", "::/0", ""})
    void whatHasBitsBehindItsPrefixOrIsNoBlockIsNone(String text) {
        assertThat(Cidr.parse(text)).isEmpty();
        assertThatThrownBy(() -> Cidr.of(text)).hasMessageContaining("expected: one like 10.0.0.0/16");
    }

    @Test
    void anAddressLiesInTheBlockOfItsPrefix() {
        assertThat(Cidr.around("10.0.7.1/16")).contains(Cidr.of("10.0.0.0/16"));
        assertThat(Cidr.around("255.255.255.255/0")).contains(Cidr.of("0.0.0.0/0"));
        assertThat(Cidr.around("10.0.0.256/16")).isEmpty();
        assertThat(Cidr.around("10.0.0.0/33")).isEmpty();
        assertThat(Cidr.around("10.0.0.0/")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 16, 23, 31, 32})
    void thePartsOfABlockFillItWithoutOverlapping(int prefix) {
        Cidr block = new Cidr(0, prefix);
        int longer = Math.min(32, prefix + 4);
        int parts = 1 << (longer - prefix);
        long covered = IntStream.range(0, parts)
                .mapToObj(i -> block.part(longer, i))
                .peek(part -> assertThat(block.contains(part)).isTrue())
                .mapToLong(Cidr::size)
                .sum();
        assertThat(covered).isEqualTo(block.size());
        for (int i = 1; i < parts; i++) {
            assertThat(block.part(longer, i).overlaps(block.part(longer, i - 1)))
                    .isFalse();
        }
        assertThatThrownBy(() -> block.part(longer, parts)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,     10.255.0.0/16,  true",
        "10.1.0.0/16,    10.0.0.0/8,     true",
        "10.0.0.0/16,    10.1.0.0/16,    false",
        "192.168.0.0/24, 192.168.0.0/24, true"
    })
    void blocksOverlapWhenOneContainsTheOther(String one, String other, boolean expected) {
        assertThat(Cidr.of(one).overlaps(Cidr.of(other))).isEqualTo(expected);
        assertThat(Cidr.of(other).overlaps(Cidr.of(one))).isEqualTo(expected);
    }

    @Test
    void onlyAddressesThatBelongToNobodyArePrivate() {
        assertThat(Cidr.of("172.31.0.0/16").isPrivate()).isTrue();
        assertThat(Cidr.of("172.32.0.0/16").isPrivate()).isFalse();
        assertThat(Cidr.of("10.0.0.0/7").isPrivate()).isFalse();
    }
}
