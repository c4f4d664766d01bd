package dev.phigate.balancer.http.corpus;

import dev.phigate.balancer.bench.Http2Wire;
import dev.phigate.balancer.bench.Http2Wire.Frame;
import dev.phigate.balancer.http.corpus.Http1Case.Received;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Frames of HTTP/2 and what must become of them. Behind them a request comes on stream {@value #NEXT}, which must be served
 * as long as the connection stays.
 *
 * @param name its name
 * @param section where an RFC says so
 * @param outcome a pattern of what the client must see: {@code 200}, {@code 4..} or {@code reset CODE} of stream 1 and the
 *     next request served; {@code next} when stream 1 says nothing; {@code goaway CODE} and the end of the connection
 * @param frames what the client sends
 * @param received what the host must receive, where stream 1 is answered by 200; else what it may
 */
record Http2Case(String name, String section, String outcome, List<Frame> frames, List<Received> received) {
    static final int NEXT = 999;

    /** The path of requests that are in order, and whose connection or stream ends: the host may see them or not, and late. */
    static final String LATE = "/late";

    static final int PRIORITY = 2;
    static final int PUSH_PROMISE = 5;
    static final int WINDOW_UPDATE = 8;
    static final int UNKNOWN = 0xee;
    static final int PADDED = 8;
    static final int WITH_PRIORITY = 0x20;
    static final int ES = Http2Wire.END_STREAM;
    static final int EH = Http2Wire.END_HEADERS;

    /** What RFC 9113 section 8.1.1 allows for a malformed request: an answer that says so, or a stream error. */
    static final String MALFORMED = "4..|reset 1";

    /** An error of a stream may be taken for one of the connection (section 5.4.1). */
    static String stream(int code) {
        return "reset " + code + "|goaway " + code;
    }

    static String connection(int code) {
        return "goaway " + code;
    }

    /** No byte of an answer's body may come: its stream stays half-closed. */
    static final Frame NO_WINDOW = frame(Http2Wire.SETTINGS, 0, 0, 0, 4, 0, 0, 0, 0);

    static Http2Case refused(String name, String section, String outcome, Frame... frames) {
        return new Http2Case(name, section, outcome, List.of(frames), List.of());
    }

    /** One after which nothing but the next request is answered. */
    static Http2Case ignored(String name, String section, Frame... frames) {
        return refused(name, section, "next", frames);
    }

    static Http2Case forwarded(String name, String section, String head, Frame... frames) {
        return forwarded(name, section, new Received(head, "", ""), frames);
    }

    static Http2Case forwarded(String name, String section, Received received, Frame... frames) {
        return new Http2Case(name, section, "200", List.of(frames), List.of(received));
    }

    /** A request whose head is its only frame. */
    static Frame request(List<String> fields) {
        return headers(1, EH | ES, fields);
    }

    static Frame headers(int stream, int flags, List<String> fields) {
        return new Frame(Http2Wire.HEADERS, flags, stream, Http2Wire.block(fields));
    }

    static Frame data(int flags, String text) {
        return new Frame(Http2Wire.DATA, flags, 1, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static Frame frame(int type, int flags, int stream, int... payload) {
        byte[] bytes = new byte[payload.length];
        for (int i = 0; i < payload.length; i++) {
            bytes[i] = (byte) payload[i];
        }
        return new Frame(type, flags, stream, bytes);
    }

    /** A request as it should be. */
    static List<String> get(String... more) {
        return with(List.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/"), more);
    }

    /** A request with a body as it should be. */
    static List<String> post(String... more) {
        return with(List.of(":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/"), more);
    }

    private static List<String> with(List<String> good, String... more) {
        List<String> fields = new ArrayList<>(good);
        fields.addAll(Arrays.asList(more));
        return fields;
    }

    /** A request with another value for a field. */
    static List<String> changed(String name, String value, String... more) {
        List<String> fields = get(more);
        fields.set(fields.indexOf(name) + 1, value);
        return fields;
    }

    /** A request without a field. */
    static List<String> without(String name, String... more) {
        List<String> fields = get(more);
        fields.subList(fields.indexOf(name), fields.indexOf(name) + 2).clear();
        return fields;
    }

    @Override
    public String toString() {
        return name + " (" + section + "): " + outcome;
    }
}
