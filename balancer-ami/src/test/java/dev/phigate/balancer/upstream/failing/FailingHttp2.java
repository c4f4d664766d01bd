package dev.phigate.balancer.upstream.failing;

import static dev.phigate.balancer.bench.Http2Wire.DATA;
import static dev.phigate.balancer.bench.Http2Wire.HEADERS;
import static dev.phigate.balancer.bench.Http2Wire.RST_STREAM;
import static dev.phigate.balancer.bench.RawFrames.END_HEADERS;
import static dev.phigate.balancer.bench.RawFrames.END_STREAM;
import static dev.phigate.balancer.bench.RawFrames.frame;
import static dev.phigate.balancer.upstream.failing.Failure.hold;
import static dev.phigate.balancer.upstream.failing.Failure.pause;

import dev.phigate.balancer.bench.Calls;
import dev.phigate.balancer.bench.Http2Wire;
import dev.phigate.balancer.bench.RawHttp2Host;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Hosts of HTTP/2 that fail, and one that does not; all of them know a method of gRPC as well. */
public final class FailingHttp2 {
    private static final int INTERNAL_ERROR = 2;
    private static final int REFUSED_STREAM = 7;

    /** A message of gRPC of ten bytes; to others it is a body like any. */
    private static final byte[] BODY = {0, 0, 0, 0, 10, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'};

    private static final int FIRST_PART = 7;

    /** The balancer's first on a connection. */
    private static final int FIRST_STREAM = 3;

    private FailingHttp2() {}

    /** One request as a host sees it. */
    private record Asked(RawHttp2Host.Speaking to, int stream, boolean call) {
        byte[] head(int end, String... more) {
            List<String> fields = new ArrayList<>(List.of(":status", "200"));
            fields.addAll(List.of("content-type", call ? "application/grpc" : "text/plain"));
            fields.addAll(List.of(more));
            return frame(HEADERS, end, stream, Http2Wire.block(fields));
        }

        void begin() throws IOException {
            to.say(head(END_HEADERS), frame(DATA, 0, stream, Arrays.copyOf(BODY, FIRST_PART)));
        }

        void end() throws IOException {
            to.say(frame(DATA, 0, stream, Arrays.copyOfRange(BODY, FIRST_PART, BODY.length)));
            finish();
        }

        /** Says that nothing more comes; of a call, how it went. */
        void finish() throws IOException {
            to.say(
                    call
                            ? frame(
                                    HEADERS,
                                    END_HEADERS | END_STREAM,
                                    stream,
                                    Http2Wire.block(List.of("grpc-status", "0")))
                            : frame(DATA, END_STREAM, stream));
        }

        void answer() throws IOException {
            begin();
            end();
        }

        void reset(int code) throws IOException {
            to.say(frame(RST_STREAM, 0, stream, 0, 0, 0, code));
        }

        void close() throws IOException {
            to.out().close();
        }
    }

    /** What is done with a request. */
    @FunctionalInterface
    private interface Deed {
        void with(Asked asked) throws IOException;
    }

    /** One that answers. */
    public static Failure well() {
        return deed(Asked::answer);
    }

    /** By what they do, in the order of how far a request comes. */
    public static SequencedMap<String, Failure> all() {
        SequencedMap<String, Failure> all = new LinkedHashMap<>(Unconnected.all());
        all.put("does not agree to HTTP/2", bench -> {
            bench.workload(Workload.OK);
            return () -> {};
        });
        all.put("takes the request and never answers", deed(asked -> hold()));
        all.put("takes the request and closes", deed(Asked::close));
        all.put("ends the connection before the request (GOAWAY)", deed(asked -> {
            asked.to.goAway(0);
            asked.close();
        }));
        all.put("refuses the stream (REFUSED_STREAM)", deed(asked -> asked.reset(REFUSED_STREAM)));
        all.put("resets the stream (INTERNAL_ERROR)", deed(asked -> asked.reset(INTERNAL_ERROR)));
        all.put(
                "answers what is no HTTP/2",
                deed(asked -> asked.to.say("220 mail ready\r\n\r\n".getBytes(StandardCharsets.US_ASCII))));
        all.put(
                "answers with two lengths",
                deed(asked -> asked.to.say(asked.head(END_HEADERS, "content-length", "2", "content-length", "3"))));
        all.put("dies within the head", deed(asked -> {
            asked.to.say(asked.head(0));
            asked.close();
        }));
        all.put("stalls within the head", deed(asked -> {
            // A connection within a head can say nothing else, whatever else is asked of it (RFC 9113 section 6.2).
            if (asked.stream == FIRST_STREAM) {
                asked.to.say(asked.head(0));
            }
            hold();
        }));
        all.put("dies within the body", deed(asked -> {
            asked.begin();
            asked.close();
        }));
        all.put("resets the stream within the body", deed(asked -> {
            asked.begin();
            asked.reset(INTERNAL_ERROR);
        }));
        all.put("stalls within the body", deed(asked -> {
            asked.begin();
            hold();
        }));
        all.put("drips its body for longer than `total`", deed(asked -> {
            drip(asked, Failure.MANY_DRIPS);
        }));
        all.put("drips its body, and ends in time", deed(asked -> {
            drip(asked, Failure.FEW_DRIPS);
        }));
        all.put("answers late, and in time", deed(asked -> {
            pause(Failure.LATE);
            asked.answer();
        }));
        all.put(
                "answers 503 itself",
                deed(asked -> asked.to.say(frame(
                        HEADERS, END_HEADERS | END_STREAM, asked.stream, Http2Wire.block(List.of(":status", "503"))))));
        return all;
    }

    /** Answers a message of so many bytes, each in a frame of its own. */
    private static void drip(Asked asked, int parts) throws IOException {
        asked.to.say(asked.head(END_HEADERS), frame(DATA, 0, asked.stream, 0, 0, 0, 0, parts));
        for (int i = 0; i < parts; i++) {
            pause(Failure.DRIP);
            asked.to.say(frame(DATA, 0, asked.stream, '.'));
        }
        asked.finish();
    }

    private static Failure deed(Deed deed) {
        String method = "/" + Calls.UNARY.getFullMethodName();
        return bench -> {
            var host = new RawHttp2Host(
                    bench,
                    (to, stream, path) -> Thread.ofVirtual().start(() -> {
                        try {
                            deed.with(new Asked(to, stream, path.equals(method)));
                        } catch (IOException e) {
                            // The balancer, or the test, ended it.
                        }
                    }));
            bench.host(host.url());
            return host::close;
        };
    }
}
