package dev.phigate.balancer.http.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.http.message.Fields;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** W3C Trace Context, level 1, read as it is written. */
@Tag("B12")
final class TraceContextTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";
    private static final String GOOD = "00-" + TRACE + "-" + SPAN + "-01";
    private static final int CASES = 20_000;

    /** The grammar of the recommendation, said another way than the code says it. */
    private static final Pattern VALID = Pattern.compile(
            "(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?<rest>-.*)?", Pattern.DOTALL);

    private static boolean valid(String text) {
        var matcher = VALID.matcher(text);
        return matcher.matches() && (matcher.group("rest") == null || !text.startsWith("00"));
    }

    private static Fields fields(String... lines) {
        Fields fields = new Fields();
        for (String line : lines) {
            String[] parts = line.split(": ", 2);
            fields.add(new AsciiString(parts[0]), new AsciiString(parts[1]));
        }
        return fields;
    }

    private static String state(String... values) {
        Fields fields = new Fields();
        for (String value : values) {
            fields.add(new AsciiString("TraceState"), new AsciiString(value));
        }
        return String.valueOf(TraceState.read(fields));
    }

    @Test
    void aParentIsReadAndWrittenAsItWas() {
        TraceParent parent = TraceParent.read(new AsciiString(GOOD));
        assertThat(parent)
                .isEqualTo(new TraceParent(0x0af7651916cd43ddL, 0x8448eb211c80319cL, 0xb7ad6b7169203331L, true));
        assertThat(String.valueOf(parent == null ? null : parent.text())).isEqualTo(GOOD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-" + TRACE + "-" + SPAN,
                "00-" + TRACE + "-" + SPAN + "-1",
                "00-" + TRACE + "-" + SPAN + "-011",
                "00-" + TRACE + "-" + SPAN + "-01-",
                "00-" + TRACE + "-" + SPAN + "-01-more",
                "cc-" + TRACE + "-" + SPAN + "-01.more",
                "ff-" + TRACE + "-" + SPAN + "-01",
                "0-" + TRACE + "-" + SPAN + "-01",
                "0x-" + TRACE + "-" + SPAN + "-01",
                "00-00000000000000000000000000000000-" + SPAN + "-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-0AF7651916CD43DD8448EB211C80319C-" + SPAN + "-01",
                "00-" + TRACE + "-B7AD6B7169203331-01",
                "00-" + TRACE + "-" + SPAN + "-0G",
                "00_" + TRACE + "_" + SPAN + "_01",
                " 00-" + TRACE + "-" + SPAN + "-01"
            })
    void whatIsInvalidIsNoParent(String text) {
        assertThat(TraceParent.read(new AsciiString(text))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cc-" + TRACE + "-" + SPAN + "-01", "01-" + TRACE + "-" + SPAN + "-ff-what-comes"})
    void ofAVersionToComeWhatThisOneHasIsRead(String text) {
        TraceParent parent = TraceParent.read(new AsciiString(text));
        assertThat(parent).isNotNull();
        assertThat(String.valueOf(parent == null ? null : parent.text())).isEqualTo(GOOD);
    }

    @Test
    void noFlagIsPassedOnButTheSampledOne() {
        for (int flags = 0; flags < 256; flags++) {
            TraceParent parent =
                    TraceParent.read(new AsciiString("00-" + TRACE + "-" + SPAN + "-" + String.format("%02x", flags)));
            assertThat(String.valueOf(parent == null ? null : parent.text()))
                    .isEqualTo("00-" + TRACE + "-" + SPAN + "-0" + (flags & 1));
        }
    }

    @Test
    void twoParentsAreNone() {
        assertThat(TraceParent.read(fields("traceparent: " + GOOD, "Traceparent: " + GOOD)))
                .isNull();
        assertThat(TraceParent.read(fields("TraceParent: " + GOOD))).isNotNull();
        assertThat(TraceParent.read(fields("trace-parent: " + GOOD))).isNull();
    }

    /** Any mutation of a good one is read exactly when the grammar says so, and then means the same digits. */
    @Test
    void theParserAgreesWithTheGrammarOnEveryMutation() {
        Random random = new Random(4711);
        int read = 0;
        for (int i = 0; i < CASES; i++) {
            StringBuilder text = new StringBuilder(GOOD);
            for (int changes = random.nextInt(3); changes >= 0; changes--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(4)) {
                    case 0 -> text.setCharAt(at, "0123456789abcdefABCDEFg- \u00e9\t".charAt(random.nextInt(27)));
                    case 1 -> text.deleteCharAt(at);
                    case 2 -> text.insert(at, "0f-".charAt(random.nextInt(3)));
                    default -> text.append("-0af".charAt(random.nextInt(4)));
                }
            }
            TraceParent parent = TraceParent.read(new AsciiString(text.toString()));
            assertThat(parent != null).as("%s", text).isEqualTo(valid(text.toString()));
            if (parent != null) {
                read++;
                assertThat(parent.text().toString().substring(3, 52)).isEqualTo(text.substring(3, 52));
            }
        }
        assertThat(read).isGreaterThan(CASES / 20);
    }

    @Test
    void stateIsPassedOnInItsOrderOverAllLines() {
        assertThat(state("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"))
                .isEqualTo("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
        assertThat(state("rojo=1", "fw529a3039@dt=FfYsfs,1a-f@foo=1"))
                .isEqualTo("rojo=1,fw529a3039@dt=FfYsfs,1a-f@foo=1");
        assertThat(state("a=1 \t,\t  b=2,,", ",", "c=a b")).isEqualTo("a=1,b=2,c=a b");
        assertThat(state("", " ")).isEqualTo("null");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "=1",
                "a=",
                "a= ",
                "A=1",
                "1a=1",
                "a=1;b=2=3",
                "a=1,a=2",
                "a =1",
                "a=\u00e9",
                "a=1\u0007",
                "foo@=1",
                "@foo=1",
                "foo@@bar=1",
                "foo@barbarbarbarbar=1",
                "foo@1bar=1"
            })
    void whatBreaksTheRulesIsPassedOnNotAtAll(String value) {
        assertThat(state(value)).isEqualTo("null");
        assertThat(state("good=1", value)).isEqualTo("null");
    }

    @Test
    void aKeyOfTwoLinesIsADuplicate() {
        assertThat(state("a=1,b=2", "b=3")).isEqualTo("null");
    }

    @Test
    void thirtyTwoMembersPassAndOneMoreDoesNot() {
        List<String> members = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            members.add("k" + i + "=1");
        }
        assertThat(state(String.join(",", members))).isEqualTo(String.join(",", members));
        members.add("one=more");
        assertThat(state(String.join(",", members))).isEqualTo("null");
    }

    @Test
    void keysAndValuesHaveTheirLimits() {
        String longest = "k".repeat(256) + "=" + "v".repeat(255);
        assertThat(state(longest)).isEqualTo(longest);
        assertThat(state("k".repeat(257) + "=1")).isEqualTo("null");
        assertThat(state("k=" + "v".repeat(256))).isEqualTo("k=" + "v".repeat(256));
        assertThat(state("k=" + "v".repeat(257))).isEqualTo("null");
        assertThat(state("t".repeat(241) + "@" + "s".repeat(14) + "=1")).endsWith("@ssssssssssssss=1");
        assertThat(state("t".repeat(242) + "@s=1")).isEqualTo("null");
    }

    @Test
    void beyond512BytesLongMembersGoFirstAndThenTheLast() {
        String big = "big=" + "v".repeat(200);
        String small = "v".repeat(90);
        String said = state("a=" + small + "," + big + ",b=" + small + ",c=" + small + ",d=" + small);
        assertThat(said).isEqualTo("a=" + small + ",b=" + small + ",c=" + small + ",d=" + small);
        String many =
                state("a=" + small + ",b=" + small + ",c=" + small + ",d=" + small + ",e=" + small + ",f=" + small);
        assertThat(many).hasSizeLessThanOrEqualTo(512).endsWith(",e=" + small);
    }

    /** Whatever good members stand in whatever lines with whatever blanks: they come out as a list, in order, within the limit. */
    @Test
    void anyListOfGoodMembersComesOutInOrder() {
        Random random = new Random(4712);
        for (int i = 0; i < CASES / 10; i++) {
            Map<String, String> members = new LinkedHashMap<>();
            for (int n = random.nextInt(20); n >= 0; n--) {
                members.put("k" + random.nextInt(1000), "v".repeat(1 + random.nextInt(20)));
            }
            List<String> written = new ArrayList<>();
            members.forEach((key, value) -> written.add(key + "=" + value));
            List<String> lines = new ArrayList<>();
            StringBuilder line = new StringBuilder();
            for (String member : written) {
                line.append(random.nextBoolean() ? " " : "").append(member).append(random.nextBoolean() ? "\t," : ",");
                if (random.nextInt(4) == 0) {
                    lines.add(line.toString());
                    line.setLength(0);
                }
            }
            lines.add(line.toString());
            String all = state(lines.toArray(String[]::new));
            List<String> parts = List.of(all.split(",", -1));
            assertThat(all).hasSizeLessThanOrEqualTo(512);
            assertThat(Collections.indexOfSubList(written, parts)).isZero();
            if (String.join(",", written).length() <= 512) {
                assertThat(parts).isEqualTo(written);
            }
        }
    }
}
