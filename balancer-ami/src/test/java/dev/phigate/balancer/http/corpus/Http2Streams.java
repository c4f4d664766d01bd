package dev.phigate.balancer.http.corpus;

import static dev.phigate.balancer.bench.Http2Wire.CONTINUATION;
import static dev.phigate.balancer.bench.Http2Wire.HEADERS;
import static dev.phigate.balancer.bench.Http2Wire.PING;
import static dev.phigate.balancer.bench.Http2Wire.RST_STREAM;
import static dev.phigate.balancer.bench.Http2Wire.SETTINGS;
import static dev.phigate.balancer.http.corpus.Http2Case.EH;
import static dev.phigate.balancer.http.corpus.Http2Case.ES;
import static dev.phigate.balancer.http.corpus.Http2Case.LATE;
import static dev.phigate.balancer.http.corpus.Http2Case.PRIORITY;
import static dev.phigate.balancer.http.corpus.Http2Case.UNKNOWN;
import static dev.phigate.balancer.http.corpus.Http2Case.WINDOW_UPDATE;
import static dev.phigate.balancer.http.corpus.Http2Case.changed;
import static dev.phigate.balancer.http.corpus.Http2Case.connection;
import static dev.phigate.balancer.http.corpus.Http2Case.data;
import static dev.phigate.balancer.http.corpus.Http2Case.forwarded;
import static dev.phigate.balancer.http.corpus.Http2Case.frame;
import static dev.phigate.balancer.http.corpus.Http2Case.get;
import static dev.phigate.balancer.http.corpus.Http2Case.headers;
import static dev.phigate.balancer.http.corpus.Http2Case.ignored;
import static dev.phigate.balancer.http.corpus.Http2Case.post;
import static dev.phigate.balancer.http.corpus.Http2Case.refused;
import static dev.phigate.balancer.http.corpus.Http2Case.request;
import static dev.phigate.balancer.http.corpus.Http2Case.stream;

import dev.phigate.balancer.bench.Http2Wire.Frame;
import dev.phigate.balancer.http.corpus.Http1Case.Received;
import java.util.ArrayList;
import java.util.List;

/** Settings, the order of frames and the states of streams (RFC 9113 sections 5 and 6), and blocks of headers (RFC 7541). */
final class Http2Streams {
    private static final int PROTOCOL_ERROR = 1;
    private static final int FLOW_CONTROL_ERROR = 3;
    private static final int STREAM_CLOSED = 5;
    private static final int FRAME_SIZE_ERROR = 6;
    private static final int COMPRESSION_ERROR = 9;

    private static final String GOT = "GET / HTTP/1.1\r\nhost: a\r\n{ours}\r\n";
    private static final Received SERVED = new Received(GOT.replace("/ ", LATE + " "), "", "");

    /** {@code GET https://a/} in six bytes: three of the static table, a literal. */
    private static final int[] SHORT = {0x82, 0x87, 0x84, 0x01, 0x01, 'a'};

    private Http2Streams() {}

    private static Http2Case setting(String name, String section, String outcome, int id, long value) {
        return refused(
                name,
                section,
                outcome,
                frame(SETTINGS, 0, 0, id >> 8, id, (int) (value >> 24), (int) (value >> 16), (int) (value >> 8), (int)
                        value));
    }

    static List<Http2Case> settings() {
        String protocol = connection(PROTOCOL_ERROR);
        String size = connection(FRAME_SIZE_ERROR);
        return List.of(
                ignored("SETTINGS without any", "9113-6.5", frame(SETTINGS, 0, 0)),
                refused("SETTINGS on a stream", "9113-6.5", protocol, frame(SETTINGS, 0, 1)),
                refused("SETTINGS of five bytes", "9113-6.5", size, frame(SETTINGS, 0, 0, 0, 1, 0, 0, 0)),
                refused("SETTINGS that agree and say more", "9113-6.5", size, frame(SETTINGS, 1, 0, 0, 1, 0, 0, 0, 0)),
                setting("unknown setting", "9113-6.5.2", "next", 0xeeee, 7),
                setting("table size 0", "9113-6.5.2", "next", 1, 0),
                setting("table size of 32 bits", "9113-6.5.2", "next", 1, 0xffffffffL),
                setting("push of 0", "9113-6.5.2", "next", 2, 0),
                setting("push of 2", "9113-6.5.2", protocol, 2, 2),
                setting("no streams", "9113-6.5.2", "next", 3, 0),
                setting("window at the most", "9113-6.5.2", "next", 4, 0x7fffffffL),
                setting("window beyond the most", "9113-6.5.2", connection(FLOW_CONTROL_ERROR), 4, 0x80000000L),
                setting("frames smaller than the least", "9113-6.5.2", protocol, 5, 16_383),
                setting("frames at the most", "9113-6.5.2", "next", 5, 16_777_215),
                setting("frames larger than the most", "9113-6.5.2", protocol, 5, 16_777_216),
                refused(
                        "window that makes another overflow",
                        "9113-6.9.2",
                        connection(FLOW_CONTROL_ERROR),
                        headers(1, EH, post()),
                        frame(WINDOW_UPDATE, 0, 1, 0x7f, 0xff, 0, 0),
                        frame(SETTINGS, 0, 0, 0, 4, 0x7f, 0xff, 0xff, 0xff)));
    }

    static List<Http2Case> streams() {
        String protocol = connection(PROTOCOL_ERROR);
        return List.of(
                forwarded(
                        "headers in two frames",
                        "9113-6.10",
                        GOT,
                        frame(HEADERS, ES, 1, 0x82, 0x87),
                        frame(CONTINUATION, EH, 1, 0x84, 0x01, 0x01, 'a')),
                forwarded(
                        "headers in a field's midst",
                        "9113-6.10",
                        GOT,
                        frame(HEADERS, ES, 1, 0x82, 0x87, 0x84, 0x01),
                        frame(CONTINUATION, 0, 1),
                        frame(CONTINUATION, EH, 1, 0x01, 'a')),
                refused("CONTINUATION of nothing", "9113-6.10", protocol, frame(CONTINUATION, EH, 1, SHORT)),
                refused(
                        "CONTINUATION on stream 0",
                        "9113-6.10",
                        protocol,
                        frame(HEADERS, ES, 1, SHORT),
                        frame(CONTINUATION, EH, 0)),
                refused(
                        "CONTINUATION behind the end of headers",
                        "9113-6.10",
                        protocol,
                        headers(1, EH, post()),
                        frame(CONTINUATION, EH, 1, 0x82)),
                refused(
                        "CONTINUATION of another stream",
                        "9113-6.10",
                        protocol,
                        frame(HEADERS, ES, 1, SHORT),
                        frame(CONTINUATION, EH, 3)),
                refused("DATA within headers", "9113-6.10", protocol, frame(HEADERS, 0, 1, SHORT), data(ES, "x")),
                refused(
                        "HEADERS within headers",
                        "9113-6.10",
                        protocol,
                        frame(HEADERS, ES, 1, SHORT),
                        frame(HEADERS, EH | ES, 3, SHORT)),
                refused(
                        "PING within headers",
                        "9113-6.10",
                        protocol,
                        frame(HEADERS, ES, 1, SHORT),
                        frame(PING, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8)),
                refused(
                        "SETTINGS within headers",
                        "9113-6.10",
                        protocol,
                        frame(HEADERS, ES, 1, SHORT),
                        frame(SETTINGS, 0, 0)),
                refused(
                        "an unknown type within headers",
                        "9113-5.5",
                        protocol,
                        frame(HEADERS, ES, 1, SHORT),
                        frame(UNKNOWN, 0, 1)),
                halfClosed("DATA on a half-closed stream", stream(STREAM_CLOSED), data(ES, "x")),
                halfClosed("HEADERS on a half-closed stream", stream(STREAM_CLOSED), request(get())),
                halfClosed(
                        "trailers on a half-closed stream",
                        stream(STREAM_CLOSED),
                        headers(1, EH | ES, List.of("x", "1"))),
                halfClosed("WINDOW_UPDATE on a half-closed stream", "200", frame(WINDOW_UPDATE, 0, 1, 0, 0, 1, 0)),
                reset("DATA on a stream that the client gave up", stream(STREAM_CLOSED), data(ES, "x")),
                reset("HEADERS on a stream that the client gave up", stream(STREAM_CLOSED), request(get())),
                reset("PRIORITY on a stream that the client gave up", "next", frame(PRIORITY, 0, 1, 0, 0, 0, 0, 1)),
                reset(
                        "RST_STREAM on a stream that the client gave up",
                        "next|" + stream(STREAM_CLOSED),
                        frame(RST_STREAM, 0, 1, 0, 0, 0, 8)),
                reset(
                        "WINDOW_UPDATE on a stream that the client gave up",
                        "next|" + stream(STREAM_CLOSED),
                        frame(WINDOW_UPDATE, 0, 1, 0, 0, 0, 1)),
                new Http2Case(
                        "a stream below the newest",
                        "9113-5.1.1",
                        protocol,
                        List.of(headers(5, EH | ES, changed(":path", LATE)), headers(3, EH | ES, get())),
                        List.of(SERVED)));
    }

    private static Http2Case halfClosed(String name, String outcome, Frame... more) {
        List<Frame> frames = new ArrayList<>(List.of(Http2Case.NO_WINDOW, request(changed(":path", LATE))));
        frames.addAll(List.of(more));
        return new Http2Case(name, "9113-5.1", outcome, frames, List.of(SERVED));
    }

    private static Http2Case reset(String name, String outcome, Frame... more) {
        List<Frame> frames = new ArrayList<>(List.of(headers(1, EH, post()), frame(RST_STREAM, 0, 1, 0, 0, 0, 8)));
        frames.addAll(List.of(more));
        return new Http2Case(name, "9113-5.1", outcome, frames, List.of());
    }

    static List<Http2Case> compression() {
        return List.of(
                forwarded("table of no size", "7541-4.2", GOT, block(0x20, 0x82, 0x87, 0x84, 0x01, 0x01, 'a')),
                forwarded(
                        "table at the most",
                        "7541-6.3",
                        GOT,
                        block(0x3f, 0xe1, 0x1f, 0x82, 0x87, 0x84, 0x01, 0x01, 'a')),
                forwarded("text in Huffman's code", "7541-5.2", GOT, block(0x82, 0x87, 0x84, 0x01, 0x81, 0x1f)),
                forwarded("literal that enters the table", "7541-6.2.1", GOT, block(0x82, 0x87, 0x84, 0x41, 0x01, 'a')),
                broken("index 0", "7541-6.1", 0x80),
                broken("index behind the table", "7541-2.3.3", 0xbe),
                broken("index far behind the table", "7541-2.3.3", 0xff, 0xff, 0x7f),
                broken("index above 32 bits", "7541-5.1", 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f),
                broken("index without an end", "7541-5.1", 0xff, 0x80),
                broken("name behind the table", "7541-2.3.3", 0x7e, 0x01, 'a'),
                broken("name of a literal behind the table", "7541-2.3.3", 0x0f, 0x7f, 0x01, 'a'),
                broken("table larger than allowed", "7541-6.3", 0x3f, 0xe2, 0x1f),
                broken("table size behind a field", "7541-4.2", 0x82, 0x20),
                broken("EOS in a text", "7541-5.2", 0x00, 0x01, 'x', 0x84, 0xff, 0xff, 0xff, 0xff),
                broken("padding of eight bits and more", "7541-5.2", 0x00, 0x01, 'x', 0x82, 0x1f, 0xff),
                broken("padding of zeros", "7541-5.2", 0x00, 0x01, 'x', 0x81, 0x18),
                broken("text longer than its block", "7541-5.2", 0x00, 0x01, 'x', 0x05, 'a'),
                broken("text longer than 31 bits", "7541-5.1", 0x00, 0x01, 'x', 0x7f, 0xff, 0xff, 0xff, 0xff, 0x0f),
                broken("literal without a value", "7541-6.2", 0x00, 0x01, 'x'),
                broken("literal without a name", "7541-6.2", 0x00));
    }

    private static Frame block(int... bytes) {
        return frame(HEADERS, EH | ES, 1, bytes);
    }

    private static Http2Case broken(String name, String section, int... bytes) {
        return refused(name, section, connection(COMPRESSION_ERROR), block(bytes));
    }
}
