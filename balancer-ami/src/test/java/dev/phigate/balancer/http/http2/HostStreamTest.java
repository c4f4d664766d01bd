package dev.phigate.balancer.http.http2;

import static dev.phigate.balancer.bench.RawFrames.END_HEADERS;
import static dev.phigate.balancer.bench.RawFrames.END_STREAM;
import static dev.phigate.balancer.bench.RawFrames.frame;
import static dev.phigate.balancer.bench.RawFrames.literal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.upstream.AdoptedConnection;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.ByteArrayOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of answers of a host of HTTP/2 that the codec lets pass. */
@Tag("B10")
final class HostStreamTest {
    private static final int FIRST_ASKED = 3;
    private static final int RST_STREAM = 3;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int OK = 0x88;
    private static final int NO_CONTENT = 0x89;
    private static final int NOT_MODIFIED = 0x8b;

    private final Relaying relaying = Relaying.make();
    private final OwnLoop.Ends client = relaying.loop().connect();
    private final OwnLoop.Ends host = relaying.loop().connect();

    @AfterEach
    void end() {
        relaying.close();
    }

    private void say(OwnLoop.Ends to, byte[] bytes) {
        to.others().writeAndFlush(Unpooled.wrappedBuffer(bytes));
        relaying.loop().turn();
    }

    /** What the client of one request has heard once the host has said these frames. */
    private Heard.Said answered(String method, byte[]... frames) throws Http2Exception {
        begin(method, END_HEADERS | END_STREAM, frame(4, 0, 0));
        for (byte[] one : frames) {
            say(host, one);
        }
        return heard();
    }

    private void begin(String method, int flags, byte[] settings) {
        AdoptedConnection.of(relaying.upstream(), host.balancers(), Http2Back.create());
        relaying.http().install(client.balancers(), relaying.handshake());
        say(client, ByteBufUtil.getBytes(Http2CodecUtil.connectionPrefaceBuf()));
        say(client, settings);
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        literal(block, ":method", method);
        literal(block, ":scheme", "https");
        literal(block, ":path", "/");
        literal(block, ":authority", "a");
        say(client, frame(1, flags, 1, block.toByteArray()));
        say(host, frame(4, 0, 0));
    }

    private Heard.Said heard() throws Http2Exception {
        return Heard.of(client.heard()).streams.getOrDefault(1, new Heard.Said());
    }

    @Test
    void anAnswerIsRelayed() throws Http2Exception {
        Heard.Said answer =
                answered("GET", frame(1, END_HEADERS, FIRST_ASKED, OK), frame(0, END_STREAM, FIRST_ASKED, 'h', 'i'));
        assertThat(answer.ended).isTrue();
        assertThat(answer.body).hasToString("hi");
    }

    @ParameterizedTest
    @CsvSource({"HEAD, " + OK, "GET, " + NO_CONTENT, "GET, " + NOT_MODIFIED})
    void anAnswerThatMustHaveNoBodyIsBrokenOffWhenItHasOne(String method, int status) throws Http2Exception {
        Heard.Said answer = answered(
                method, frame(1, END_HEADERS, FIRST_ASKED, status), frame(0, END_STREAM, FIRST_ASKED, 'h', 'i'));
        assertThat(answer.body.size()).isZero();
        assertThat(answer.reset).isTrue();
        assertThat(client.others().isActive()).isTrue();
    }

    @Test
    void anAnswerThatEndsWithItsHeadButSaidItHasABodyIsNotRelayed() throws Http2Exception {
        Heard.Said answer = answered("GET", frame(1, END_HEADERS | END_STREAM, FIRST_ASKED, OK, 0x0f, 13, 1, '5'));
        assertThat(String.valueOf(answer.head())).contains(":status: 502").doesNotContain("x-relayed");
    }

    @Test
    void anAnswerThatSaidItHasABodyAndEndsWithoutIsBrokenOff() throws Http2Exception {
        Heard.Said answer = answered(
                "GET", frame(1, END_HEADERS, FIRST_ASKED, OK, 0x0f, 13, 1, '5'), frame(0, END_STREAM, FIRST_ASKED));
        assertThat(answer.ended).isFalse();
        assertThat(answer.reset).isTrue();
    }

    @Test
    void anAnswerThatSaidItHasABodyAndEndsByTrailersIsBrokenOff() throws Http2Exception {
        Heard.Said answer = answered(
                "GET",
                frame(1, END_HEADERS, FIRST_ASKED, OK, 0x0f, 13, 1, '5'),
                frame(1, END_HEADERS | END_STREAM, FIRST_ASKED, 0, 1, 't', 1, 'v'));
        assertThat(answer.ended).isFalse();
        assertThat(answer.reset).isTrue();
    }

    @Test
    void anAnswerToHeadSaysHowLongTheBodyWouldBe() throws Http2Exception {
        Heard.Said answer = answered("HEAD", frame(1, END_HEADERS | END_STREAM, FIRST_ASKED, OK, 0x0f, 13, 1, '5'));
        assertThat(answer.ended).isTrue();
        assertThat(String.valueOf(answer.head())).contains("content-length: 5");
    }

    @ParameterizedTest
    @CsvSource({"HEAD, " + OK, "GET, " + NO_CONTENT, "GET, " + NOT_MODIFIED})
    void anAnswerWithoutABodyMayEndByEmptyData(String method, int status) throws Http2Exception {
        Heard.Said answer =
                answered(method, frame(1, END_HEADERS, FIRST_ASKED, status), frame(0, END_STREAM, FIRST_ASKED));
        assertThat(answer.ended).isTrue();
        assertThat(answer.reset).isFalse();
    }

    static Stream<byte[]> afterwards() {
        return Stream.of(
                // Which ends the connection, the stream, and the stream as if it had not been served.
                frame(PING, 0, 0, 1),
                frame(0, 0, FIRST_ASKED, '?'),
                frame(RST_STREAM, 0, FIRST_ASKED, 0, 0, 0, (int) Http2Error.REFUSED_STREAM.code()),
                frame(GOAWAY, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    }

    /** The request is not whole, and the client has no window, when the host has said all there is to say; then it says something wrong. */
    @ParameterizedTest
    @MethodSource("afterwards")
    void anAnswerThatIsWholeOutlivesWhatItsHostDoesAfterwards(byte[] wrong) throws Http2Exception {
        begin("POST", END_HEADERS, frame(4, 0, 0, 0, 4, 0, 0, 0, 0));
        say(host, frame(1, END_HEADERS, FIRST_ASKED, OK));
        say(host, frame(0, 0, FIRST_ASKED, 'h', 'i'));
        say(host, frame(0, END_STREAM, FIRST_ASKED, '!'));
        say(host, wrong);
        say(client, frame(8, 0, 1, 0, 0, 0, 9));
        Heard.Said answer = heard();
        assertThat(answer.body).hasToString("hi!");
        assertThat(answer.ended).isTrue();
    }
}
