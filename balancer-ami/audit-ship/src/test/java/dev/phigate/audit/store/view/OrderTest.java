package dev.phigate.audit.store.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is expected to be read next is what a proof reads next. */
@Tag("A3")
class OrderTest {
    private final Map<String, NavigableSet<String>> folders = new TreeMap<>();
    private final Order order = new Order(folder -> folders.getOrDefault(folder, new TreeSet<>()));

    private void there(String... names) {
        for (String name : names) {
            int end = name.length();
            for (int slash = name.lastIndexOf('/'); end > 0; slash = name.lastIndexOf('/', end - 2)) {
                folders.computeIfAbsent(name.substring(0, Math.max(0, slash)), _ -> new TreeSet<>())
                        .add(name.substring(slash + 1, end));
                end = slash + 1;
            }
        }
    }

    private @Nullable String after(String name) {
        return order.next(name);
    }

    @Test
    void tilesComeByIndexAndNotByName() {
        there("log/tile/0/998", "log/tile/0/999", "log/tile/0/x001/000", "log/tile/0/x001/999");
        there("log/tile/0/x001/x000/000", "log/tile/0/x002/000", "log/tile/1/000");
        assertThat(after("log/tile/0/998")).isEqualTo("log/tile/0/999");
        assertThat(after("log/tile/0/999")).isEqualTo("log/tile/0/x001/000");
        assertThat(after("log/tile/0/x001/999")).isEqualTo("log/tile/0/x002/000");
        assertThat(after("log/tile/0/x002/000")).isNull();
        assertThat(after("log/tile/0/x001/000")).as("001 is missing").isNull();
    }

    @Test
    void partialTilesComeOneFolderAfterTheOther() {
        there("log/tile/0/000.p/17", "log/tile/0/000.p/9", "log/tile/0/001", "log/tile/0/007.p/200");
        assertThat(after("log/tile/0/000.p/17")).isEqualTo("log/tile/0/000.p/9");
        assertThat(after("log/tile/0/000.p/9")).isEqualTo("log/tile/0/007.p/200");
        assertThat(after("log/tile/0/007.p/200")).isNull();
    }

    @Test
    void filesOfSegmentsComeKindByKind() {
        there("a/log/segments/0000000000.seg.gz", "a/log/segments/0000000000.note", "a/log/segments/0000000000.idx");
        there("a/log/segments/0000000001.seg.gz", "a/log/segments/0000000001.note", "a/log/segments/0000000002.idx");
        assertThat(after("a/log/segments/0000000000.seg.gz")).isEqualTo("a/log/segments/0000000001.seg.gz");
        assertThat(after("a/log/segments/0000000000.note")).isEqualTo("a/log/segments/0000000001.note");
        assertThat(after("a/log/segments/0000000000.idx")).isEqualTo("a/log/segments/0000000002.idx");
        assertThat(after("a/log/segments/0000000001.seg.gz")).isNull();
    }

    @Test
    void whatIsReadInTurnsIsToldApart() {
        assertThat(List.of(
                                "log/tile/0/001",
                                "log/tile/1/001",
                                "log/tile/0/001.p/3",
                                "log/segments/0000000001.seg.gz",
                                "log/segments/0000000001.note",
                                "other/segments/0000000001.note")
                        .stream()
                        .map(Order::run))
                .doesNotHaveDuplicates();
        assertThat(Order.run("log/tile/0/001")).isEqualTo(Order.run("log/tile/0/x001/000"));
        assertThat(Order.run("log/tile/0/001.p/3")).isEqualTo(Order.run("log/tile/0/x001/000.p/7"));
    }

    @Test
    void nothingIsExpectedAtFirst() {
        assertThat(after("")).isNull();
        assertThat(after("log/keys")).isNull();
    }
}
