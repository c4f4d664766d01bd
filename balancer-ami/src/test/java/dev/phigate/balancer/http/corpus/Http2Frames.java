package dev.phigate.balancer.http.corpus;

import static dev.phigate.balancer.bench.Http2Wire.DATA;
import static dev.phigate.balancer.bench.Http2Wire.GOAWAY;
import static dev.phigate.balancer.bench.Http2Wire.HEADERS;
import static dev.phigate.balancer.bench.Http2Wire.PING;
import static dev.phigate.balancer.bench.Http2Wire.RST_STREAM;
import static dev.phigate.balancer.http.corpus.Http2Case.EH;
import static dev.phigate.balancer.http.corpus.Http2Case.ES;
import static dev.phigate.balancer.http.corpus.Http2Case.PADDED;
import static dev.phigate.balancer.http.corpus.Http2Case.PRIORITY;
import static dev.phigate.balancer.http.corpus.Http2Case.PUSH_PROMISE;
import static dev.phigate.balancer.http.corpus.Http2Case.UNKNOWN;
import static dev.phigate.balancer.http.corpus.Http2Case.WINDOW_UPDATE;
import static dev.phigate.balancer.http.corpus.Http2Case.WITH_PRIORITY;
import static dev.phigate.balancer.http.corpus.Http2Case.connection;
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
import java.util.List;

/** Frames of HTTP/2 by what they are, where they stand and how long they are (RFC 9113 sections 4 and 6). */
final class Http2Frames {
    private static final int PROTOCOL_ERROR = 1;
    private static final int FLOW_CONTROL_ERROR = 3;
    private static final int FRAME_SIZE_ERROR = 6;

    private static final String GOT = "GET / HTTP/1.1\r\nhost: a\r\n{ours}\r\n";
    private static final Received POSTED =
            new Received("POST / HTTP/1.1\r\nhost: a\r\n{ours}transfer-encoding: chunked\r\n\r\n", "hello", "");

    private Http2Frames() {}

    static List<Http2Case> frames() {
        String protocol = connection(PROTOCOL_ERROR);
        String size = connection(FRAME_SIZE_ERROR);
        return List.of(
                refused("DATA on stream 0", "9113-6.1", protocol, frame(DATA, 0, 0, 1)),
                refused("DATA on an idle stream", "9113-5.1", protocol, frame(DATA, ES, 1, 1)),
                refused(
                        "DATA all of padding and more",
                        "9113-6.1",
                        protocol,
                        headers(1, EH, post()),
                        frame(DATA, PADDED, 1, 5, 0, 0)),
                refused(
                        "DATA with as much padding as payload",
                        "9113-6.1",
                        protocol,
                        headers(1, EH, post()),
                        frame(DATA, PADDED, 1, 3, 0, 0)),
                refused(
                        "DATA without the length of its padding",
                        "9113-4.2",
                        protocol + "|" + stream(FRAME_SIZE_ERROR),
                        headers(1, EH, post()),
                        frame(DATA, PADDED, 1)),
                forwarded(
                        "DATA with padding",
                        "9113-6.1",
                        POSTED,
                        headers(1, EH, post()),
                        frame(DATA, PADDED | ES, 1, 2, 'h', 'e', 'l', 'l', 'o', 0, 0)),
                refused(
                        "DATA too large",
                        "9113-4.2",
                        stream(FRAME_SIZE_ERROR),
                        headers(1, EH, post()),
                        new Frame(DATA, 0, 1, new byte[16_385])),
                refused("HEADERS on stream 0", "9113-6.2", protocol, headers(0, EH | ES, get())),
                refused("HEADERS on a stream of ours", "9113-5.1.1", protocol, headers(2, EH | ES, get())),
                refused(
                        "HEADERS with more padding than payload",
                        "9113-6.2",
                        protocol,
                        frame(HEADERS, EH | ES | PADDED, 1, 9, 0x82)),
                refused(
                        "HEADERS cut within their priority",
                        "9113-4.2",
                        size + "|" + protocol,
                        frame(HEADERS, EH | ES | WITH_PRIORITY, 1, 0, 0, 0)),
                forwarded(
                        "HEADERS with padding",
                        "9113-6.2",
                        GOT,
                        frame(HEADERS, EH | ES | PADDED, 1, 2, 0x82, 0x87, 0x84, 0x01, 0x01, 'a', 0, 0)),
                forwarded(
                        "HEADERS with a priority",
                        "9113-6.2",
                        GOT,
                        frame(HEADERS, EH | ES | WITH_PRIORITY, 1, 0, 0, 0, 0, 9, 0x82, 0x87, 0x84, 0x01, 0x01, 'a')),
                refused("HEADERS too large", "9113-4.2", size, new Frame(HEADERS, EH | ES, 1, new byte[16_385])),
                refused("PRIORITY on stream 0", "9113-6.3", protocol, frame(PRIORITY, 0, 0, 0, 0, 0, 0, 1)),
                refused(
                        "PRIORITY of four bytes",
                        "9113-6.3",
                        stream(FRAME_SIZE_ERROR),
                        headers(1, EH, post()),
                        frame(PRIORITY, 0, 1, 0, 0, 0, 0)),
                ignored("PRIORITY on an idle stream", "9113-5.1", frame(PRIORITY, 0, 1, 0, 0, 0, 0, 1)),
                refused(
                        "PRIORITY on itself",
                        "7540-5.3.1",
                        "next|" + stream(PROTOCOL_ERROR),
                        frame(PRIORITY, 0, 1, 0, 0, 0, 1, 1)),
                refused("RST_STREAM on stream 0", "9113-6.4", protocol, frame(RST_STREAM, 0, 0, 0, 0, 0, 8)),
                refused("RST_STREAM on an idle stream", "9113-6.4", protocol, frame(RST_STREAM, 0, 1, 0, 0, 0, 8)),
                refused(
                        "RST_STREAM of three bytes",
                        "9113-6.4",
                        size,
                        headers(1, EH, post()),
                        frame(RST_STREAM, 0, 1, 0, 0, 8)),
                refused(
                        "RST_STREAM of five bytes",
                        "9113-6.4",
                        size,
                        headers(1, EH, post()),
                        frame(RST_STREAM, 0, 1, 0, 0, 0, 0, 8)),
                ignored(
                        "RST_STREAM with an unknown code",
                        "9113-7",
                        headers(1, EH, post()),
                        frame(RST_STREAM, 0, 1, 0xff, 0, 0, 0)),
                refused(
                        "PUSH_PROMISE",
                        "9113-8.4",
                        protocol,
                        headers(1, EH, post()),
                        frame(PUSH_PROMISE, EH, 1, 0, 0, 0, 2, 0x82)),
                ignored("PING", "9113-6.7", frame(PING, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8)),
                ignored("PING that answers nothing", "9113-6.7", frame(PING, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8)),
                refused("PING on a stream", "9113-6.7", protocol, frame(PING, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8)),
                refused("PING of seven bytes", "9113-6.7", size, frame(PING, 0, 0, 1, 2, 3, 4, 5, 6, 7)),
                refused("PING of nine bytes", "9113-6.7", size, frame(PING, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)),
                ignored("GOAWAY", "9113-6.8", frame(GOAWAY, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
                refused("GOAWAY on a stream", "9113-6.8", protocol, frame(GOAWAY, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)),
                refused("GOAWAY of seven bytes", "9113-4.2", size, frame(GOAWAY, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
                refused("WINDOW_UPDATE by 0", "9113-6.9", protocol, frame(WINDOW_UPDATE, 0, 0, 0, 0, 0, 0)),
                refused(
                        "WINDOW_UPDATE by 0 on a stream",
                        "9113-6.9",
                        stream(PROTOCOL_ERROR),
                        headers(1, EH, post()),
                        frame(WINDOW_UPDATE, 0, 1, 0, 0, 0, 0)),
                refused(
                        "WINDOW_UPDATE on an idle stream",
                        "9113-5.1",
                        protocol,
                        frame(WINDOW_UPDATE, 0, 1, 0, 0, 0, 1)),
                refused("WINDOW_UPDATE of three bytes", "9113-6.9", size, frame(WINDOW_UPDATE, 0, 0, 0, 0, 1)),
                refused("WINDOW_UPDATE of five bytes", "9113-6.9", size, frame(WINDOW_UPDATE, 0, 0, 0, 0, 0, 0, 1)),
                refused(
                        "WINDOW_UPDATE beyond the most",
                        "9113-6.9.1",
                        connection(FLOW_CONTROL_ERROR),
                        frame(WINDOW_UPDATE, 0, 0, 0x7f, 0xff, 0xff, 0xff)),
                refused(
                        "WINDOW_UPDATE beyond the most of a stream",
                        "9113-6.9.1",
                        stream(FLOW_CONTROL_ERROR),
                        headers(1, EH, post()),
                        frame(WINDOW_UPDATE, 0, 1, 0x7f, 0xff, 0xff, 0xff)),
                ignored("WINDOW_UPDATE with the reserved bit", "9113-6.9", frame(WINDOW_UPDATE, 0, 0, 0x80, 0, 0, 1)),
                ignored("unknown type", "9113-4.1", frame(UNKNOWN, 0xff, 0, 1, 2, 3)),
                ignored("unknown type on an idle stream", "9113-4.1", frame(UNKNOWN, 0, 1, 1, 2, 3)),
                forwarded(
                        "unknown flags",
                        "9113-4.1",
                        GOT,
                        new Frame(HEADERS, EH | ES | 0x52, 1, request(get()).payload())),
                forwarded(
                        "reserved bit of a stream's number", "9113-4.1", GOT, headers(1 | (1 << 31), EH | ES, get())));
    }
}
