package dev.phigate.balancer.http.http2;

import static dev.phigate.balancer.bench.RawFrames.END_HEADERS;
import static dev.phigate.balancer.bench.RawFrames.END_STREAM;
import static dev.phigate.balancer.bench.RawFrames.PADDED;
import static dev.phigate.balancer.bench.RawFrames.frame;

import dev.phigate.balancer.bench.RawFrames;
import dev.phigate.balancer.upstream.AdoptedConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fuzz target: what a host of HTTP/2 says while clients wait for its answers. The client's connection, the relay and the host's connection
 * are those that serve; only TCP and TLS are not there. Each request gets exactly one answer: the host's, whole and with bytes of its own
 * stream only, or one of ours, or its stream is broken off; the client's connection stays; no exchange fails by us, memory is bounded while
 * it goes on and none is kept, and the upstream counts nothing as under way when it is over.
 */
public final class HostFuzz {
    private static final int HEAD = 9;
    private static final int MOST_MEMORY = 1 << 20;
    private static final int FOR_EACH_BYTE = 512;
    private static final int LEAST = 1 << 16;
    private static final List<String> OUR_ERRORS = List.of("502", "503", "504");

    private HostFuzz() {}

    /** Inputs to begin with. */
    public static List<byte[]> seeds() {
        return HostSeeds.seeds();
    }

    /**
     * One input: how many requests there are, of which kinds, and how large the host's pieces are; then what the client does meanwhile; then
     * what the host says.
     */
    public static void fuzzerTestOneInput(byte[] input) throws Http2Exception {
        if (input.length > 2) {
            new Run(Relaying.only(), input).run();
        }
    }

    private static final class Run {
        private final Relaying service;
        private final byte[] input;
        private final int kinds;
        private final int when;
        private final int requests;
        private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false, true);
        private final OwnLoop.Ends client;
        private final OwnLoop.Ends host;
        private int last;

        Run(Relaying service, byte[] input) {
            this.service = service;
            this.input = input;
            this.kinds = input[0];
            this.when = input[1];
            this.requests = 1 + (kinds & 3);
            this.client = service.loop().connect();
            this.host = service.loop().connect();
            client.balancers().config().setAllocator(memory);
            host.balancers().config().setAllocator(memory);
        }

        private boolean does(int bit) {
            return (when & 1 << bit) != 0;
        }

        private boolean is(int bit) {
            return (kinds & 1 << bit) != 0;
        }

        void run() throws Http2Exception {
            AdoptedConnection.of(service.upstream(), host.balancers(), Http2Back.create());
            service.http().install(client.balancers(), service.handshake());
            ask();
            if (is(5)) {
                say(host, frame(4, 0, 0));
            }
            int piece = new int[] {input.length, 64, 7, 1}[(kinds & 0xc0) >> 6];
            int half = 2 + (input.length - 2) / 2;
            for (int at = 2; at < input.length; at += piece) {
                if (at <= half && half < at + piece) {
                    halfway();
                }
                say(host, Arrays.copyOfRange(input, at, Math.min(input.length, at + piece)));
            }
            end();
            judge();
        }

        private void ask() {
            say(client, ByteBufUtil.getBytes(Http2CodecUtil.connectionPrefaceBuf()));
            say(client, does(0) ? frame(4, 0, 0, 0, 4, 0, 0, 0, 5) : frame(4, 0, 0));
            for (int i = 0; i < requests; i++) {
                boolean post = i == 0 && is(2);
                String method = post ? "POST" : i == 1 && is(3) ? "HEAD" : "GET";
                if (i == requests - 1 && i > 1 && is(4)) {
                    method = "CONNECT";
                }
                ask(method, !post && !method.equals("CONNECT"));
                if (post && !does(5)) {
                    say(client, frame(0, END_STREAM, last, 'b'));
                }
            }
        }

        private void ask(String method, boolean whole) {
            last += last == 0 ? 1 : 2;
            ByteArrayOutputStream block = new ByteArrayOutputStream();
            RawFrames.literal(block, ":method", method);
            if (method.equals("CONNECT")) {
                RawFrames.literal(block, ":protocol", "websocket");
            }
            RawFrames.literal(block, ":scheme", "https");
            RawFrames.literal(block, ":path", "/" + last);
            RawFrames.literal(block, ":authority", "a");
            if (method.equals("CONNECT")) {
                RawFrames.literal(block, "sec-websocket-version", "13");
            }
            say(client, frame(1, END_HEADERS | (whole ? END_STREAM : 0), last, block.toByteArray()));
        }

        private void halfway() {
            if (does(2)) {
                say(client, frame(3, 0, 1, 0, 0, 0, 8));
            }
            if (does(3) && host.balancers().isActive()) {
                ask("GET", true);
            }
            if (does(4)) {
                client.others().close();
                service.loop().turn();
            }
            if (is(2) && does(5)) {
                say(client, frame(0, END_STREAM, 1, 'b'));
            }
        }

        private void end() {
            if (does(1)) {
                widen();
            }
            host.others().close();
            service.loop().turn();
            if (!does(1)) {
                widen();
            }
        }

        private void widen() {
            for (int stream = 1; does(0) && stream <= last; stream += 2) {
                say(client, frame(8, 0, stream, 0, 1, 0, 0));
            }
        }

        private void say(OwnLoop.Ends to, byte[] bytes) {
            if (to.others().isActive()) {
                to.others()
                        .writeAndFlush(memory.buffer(Math.max(1, bytes.length)).writeBytes(bytes));
                service.loop().turn();
                long used = used();
                if (used > MOST_MEMORY) {
                    throw new IllegalStateException(used + " bytes in use");
                }
            }
        }

        private long used() {
            return memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory();
        }

        // ---- laws

        private void judge() throws Http2Exception {
            if (!does(4) && !client.others().isActive()) {
                throw new IllegalStateException("the client's connection was ended");
            }
            if (host.balancers().isOpen()) {
                throw new IllegalStateException("the host's connection stays after its end");
            }
            client.others().close();
            service.loop().turn();
            if (used() != 0) {
                throw new IllegalStateException(used() + " bytes kept");
            }
            int open = AdoptedConnection.open(service.upstream(), host.balancers());
            int underWay = service.upstream().hosts().getFirst().underWay();
            if (open != 0 || underWay != 0) {
                throw new IllegalStateException(open + " connections open, " + underWay + " exchanges under way");
            }
            service.failures().tell();
            inProportion(client.heard());
            inProportion(host.heard());
            answers(Heard.of(client.heard()), asked(), said());
        }

        private void inProportion(ByteBuf sent) {
            if (sent.readableBytes() > LEAST + FOR_EACH_BYTE * input.length) {
                throw new IllegalStateException(sent.readableBytes() + " bytes for " + input.length);
            }
        }

        /** On which of the host's streams a request came, by its path. */
        private Map<String, Integer> asked() throws Http2Exception {
            ByteBuf heard = host.heard();
            if (heard.isReadable()) {
                heard.skipBytes(Http2CodecUtil.connectionPrefaceBuf().readableBytes());
            }
            Map<String, Integer> asked = new HashMap<>();
            Heard.of(heard).streams.forEach((stream, said) -> {
                Http2Headers head = said.head();
                if (head != null && asked.put(head.path().toString(), stream) != null) {
                    throw new IllegalStateException("asked twice for " + head.path());
                }
            });
            return asked;
        }

        /** The bodies as the host said them: an end is known, or what came may be more than was meant. */
        private Map<Integer, Heard.Said> said() {
            Map<Integer, Heard.Said> streams = new HashMap<>();
            ByteBuf bytes = Unpooled.wrappedBuffer(input, 2, input.length - 2);
            while (bytes.readableBytes() >= HEAD) {
                int length = bytes.readUnsignedMedium();
                int type = bytes.readByte();
                int flags = bytes.readByte();
                Heard.Said said = streams.computeIfAbsent(bytes.readInt() & 0x7fffffff, any -> new Heard.Said());
                byte[] payload = new byte[Math.min(length, bytes.readableBytes())];
                bytes.readBytes(payload);
                if (said.ended || (type != 0 && type != 1)) {
                    continue;
                }
                if (type == 0 && (flags & PADDED) == 0) {
                    said.body.writeBytes(payload);
                } else if (type == 0 && payload.length > 0) {
                    int rest = payload.length - 1 - (payload[0] & 0xff);
                    said.body.write(payload, 1, Math.max(0, rest));
                }
                said.ended = (flags & END_STREAM) != 0;
            }
            return streams;
        }

        private void answers(Heard heard, Map<String, Integer> asked, Map<Integer, Heard.Said> said) {
            if (heard.goodbye() && !does(4)) {
                throw new IllegalStateException("the client was sent away");
            }
            for (int stream = 1; stream <= last; stream += 2) {
                Heard.Said answer = heard.streams.getOrDefault(stream, new Heard.Said());
                Integer on = asked.get("/" + stream);
                boolean left = does(4) || (does(2) && stream == 1);
                if (!left && !answer.ended && !answer.reset) {
                    throw new IllegalStateException("stream " + stream + " has no answer");
                }
                Http2Headers head = answer.head();
                if (head != null) {
                    Heard.Said meant = said.getOrDefault(on == null ? 0 : on, new Heard.Said());
                    judge(stream, answer, head, head.contains("x-relayed") ? meant : null);
                }
            }
        }

        private void judge(int stream, Heard.Said answer, Http2Headers head, Heard.@Nullable Said meant) {
            String what = "stream " + stream + ": " + head;
            byte[] body = answer.body.toByteArray();
            if (meant == null) {
                if (!OUR_ERRORS.contains(head.status().toString())) {
                    throw new IllegalStateException(what + ", said by nobody");
                }
                return;
            }
            boolean webSocket = is(4) && requests > 2 && stream == 2 * requests - 1;
            byte[] whole = meant.body.toByteArray();
            int length = webSocket ? 0 : body.length;
            if (length > whole.length || !Arrays.equals(body, 0, length, whole, 0, length)) {
                throw new IllegalStateException(what + " has bytes that are not its own");
            }
            if (!answer.ended || webSocket) {
                return;
            }
            boolean bodiless =
                    List.of("204", "304").contains(head.status().toString()) || (is(3) && requests > 1 && stream == 3);
            if (!meant.ended || (bodiless ? length > 0 : length < whole.length)) {
                throw new IllegalStateException(what + " ended before the host's");
            }
            CharSequence told = head.get("content-length");
            if (told != null && !bodiless && !told.toString().equals(Integer.toString(length))) {
                throw new IllegalStateException(what + " has " + length + " bytes");
            }
        }
    }
}
