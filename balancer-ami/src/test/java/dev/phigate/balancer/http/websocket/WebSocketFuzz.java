package dev.phigate.balancer.http.websocket;

import dev.phigate.balancer.http.http1.Http1Back;
import dev.phigate.balancer.http.http2.OwnLoop;
import dev.phigate.balancer.http.http2.Relaying;
import dev.phigate.balancer.upstream.AdoptedConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fuzz target: what both sides of a WebSocket over HTTP/1.1 say, cut into reads anyhow, also in one read with the handshake. The client's
 * connection, the relay and the host's connection are those that serve; only TCP and TLS are not there. What passes is what was said, in its
 * order, at once, and in full as long as it is good; nothing passes from an invalid frame on, which ends both connections. A side that takes
 * nothing is not read for. No exchange fails by us, memory is bounded and none is kept. The read in which a frame is seen to be invalid may
 * be dropped as a whole.
 */
@SuppressWarnings("StringConcatToTextBlock") // the line ends are the point
public final class WebSocketFuzz {
    static final int LARGEST = 1024;
    private static final int MOST_MEMORY = 1 << 18;
    private static final int HEAD = 4;
    private static final byte[] HANDSHAKE =
            ascii("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    private static final byte[] AGREED = ascii("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
    private static @Nullable Relaying made;

    private WebSocketFuzz() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Inputs to begin with. */
    public static List<byte[]> seeds() {
        return WebSocketSeeds.seeds();
    }

    /** One input: how both sides' bytes are cut; what else happens; where the client's bytes end; then its and the host's. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < HEAD) {
            return;
        }
        Relaying service = made;
        if (service == null) {
            // By the first input: who only wants the seeds opens nothing.
            service = Relaying.http1("{frame: 1KiB}");
            made = service;
        }
        new Run(service, input).run();
    }

    /** How many bytes come before the one by which a frame is seen to be invalid; all, when none is. A plain reading of RFC 6455 section 5.2. */
    static int good(byte[] bytes, boolean masked) {
        int at = 0;
        while (at + 2 <= bytes.length) {
            int opcode = bytes[at] & 0x0f;
            boolean last = (bytes[at] & 0x80) != 0;
            boolean hasMask = (bytes[at + 1] & 0x80) != 0;
            long length = bytes[at + 1] & 0x7f;
            boolean control = Set.of(8, 9, 10).contains(opcode);
            if ((!control && !Set.of(0, 1, 2).contains(opcode))
                    || hasMask != masked
                    || (control && (!last || length > 125))) {
                return at + 1;
            }
            int extended = length == 126 ? 2 : length == 127 ? 8 : 0;
            int head = 2 + extended + (masked ? 4 : 0);
            if (at + head > bytes.length) {
                break;
            }
            if (extended > 0) {
                length = 0;
                for (int i = 0; i < extended; i++) {
                    length = length << 8 | (bytes[at + 2 + i] & 0xff);
                }
            }
            if (Long.compareUnsigned(length, LARGEST) > 0) {
                return at + head - 1;
            }
            at += head + (int) length;
        }
        return bytes.length;
    }

    /** One side, what it says, and what the other one has heard of it. */
    private static final class Side {
        private final String name;
        private final OwnLoop.Ends ends;
        private final OwnLoop.Ends heardBy;
        private final byte[] bytes;
        private final int good;
        private final int piece;
        private int said;
        private int before;

        Side(String name, OwnLoop.Ends ends, OwnLoop.Ends heardBy, byte[] bytes, boolean masked, int cut) {
            this.name = name;
            this.ends = ends;
            this.heardBy = heardBy;
            this.bytes = bytes;
            this.good = good(bytes, masked);
            this.piece = new int[] {Math.max(1, bytes.length), 64, 7, 1}[cut];
        }

        byte[] next() {
            byte[] next = Arrays.copyOfRange(bytes, said, Math.min(bytes.length, said + piece));
            said += next.length;
            return next;
        }

        boolean done() {
            return said == bytes.length;
        }

        boolean broke() {
            return said > good;
        }

        int heard() {
            return heardBy.heard().readableBytes();
        }

        /** Nothing was changed on its way, and nothing has passed that is not good. */
        void judge() {
            byte[] heard = ByteBufUtil.getBytes(heardBy.heard());
            if (heard.length > Math.min(said, good) || !Arrays.equals(heard, Arrays.copyOf(bytes, heard.length))) {
                throw new IllegalStateException("of the " + name + "'s " + said + " bytes, " + good + " of them good, "
                        + heard.length + " came as " + ByteBufUtil.hexDump(heard));
            }
        }
    }

    private static final class Run {
        private final Relaying service;
        private final int cuts;
        private final int events;
        private final int inputs;
        private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false, true);
        private final Side client;
        private final Side host;
        private boolean paused;

        Run(Relaying service, byte[] input) {
            this.service = service;
            this.cuts = input[0];
            this.events = input[1];
            this.inputs = input.length;
            OwnLoop.Ends clients = service.loop().connect();
            OwnLoop.Ends hosts = service.loop().connect();
            clients.balancers().config().setAllocator(memory);
            hosts.balancers().config().setAllocator(memory);
            int share = HEAD + ((input[2] & 0xff) << 8 | (input[3] & 0xff)) % (input.length - HEAD + 1);
            this.client = new Side("client", clients, hosts, Arrays.copyOfRange(input, HEAD, share), true, cuts & 3);
            this.host = new Side(
                    "host", hosts, clients, Arrays.copyOfRange(input, share, input.length), false, cuts >> 2 & 3);
        }

        private boolean does(int bit) {
            return (events & 1 << bit) != 0;
        }

        void run() {
            AdoptedConnection.of(service.upstream(), host.ends.balancers(), new Http1Back());
            service.http().install(client.ends.balancers(), service.handshake());
            agree();
            int half = (client.bytes.length - client.said + host.bytes.length - host.said) / 2;
            while (!client.done() || !host.done()) {
                boolean whole = client.said + host.said < half;
                speak(client);
                speak(host);
                if (whole && client.said + host.said >= half && (does(3) || does(4)) && !broken()) {
                    pause(true);
                }
            }
            if (paused) {
                pause(false);
            }
            end();
        }

        /** The handshake, of which each side's part may come in pieces, and in one read with its first frames. */
        private void agree() {
            say(client, does(0) ? joined(HANDSHAKE, client.next()) : HANDSHAKE, (cuts & 0x10) != 0);
            while (does(2) && !client.done()) {
                // It does not wait for the answer.
                say(client, client.next(), false);
            }
            skipHead(host.ends.heard());
            say(host, does(1) ? joined(AGREED, host.next()) : AGREED, (cuts & 0x20) != 0);
            skipHead(client.ends.heard());
            judge();
        }

        private static byte[] joined(byte[] one, byte[] other) {
            byte[] both = Arrays.copyOf(one, one.length + other.length);
            System.arraycopy(other, 0, both, one.length, other.length);
            return both;
        }

        /** Where an invalid frame came with the handshake, the other side may not have heard anything. */
        private void skipHead(ByteBuf heard) {
            int end = heard.toString(StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n");
            if (end >= 0) {
                heard.skipBytes(end + 4);
            } else if (heard.isReadable() || !broken()) {
                throw new IllegalStateException("no head: " + heard.toString(StandardCharsets.ISO_8859_1));
            }
        }

        private void speak(Side side) {
            if (!side.done()) {
                say(side, side.next(), false);
                judge();
            }
        }

        private void say(Side side, byte[] bytes, boolean apart) {
            int piece = apart ? side.piece : Math.max(1, bytes.length);
            for (int at = 0; at < bytes.length && side.ends.others().isActive(); at += piece) {
                int length = Math.min(piece, bytes.length - at);
                side.ends.others().writeAndFlush(memory.buffer(length).writeBytes(bytes, at, length));
                service.loop().turn();
                if (used() > MOST_MEMORY) {
                    throw new IllegalStateException(used() + " bytes in use");
                }
            }
        }

        private long used() {
            return memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory();
        }

        /** One side takes nothing for a while, or takes it all again. */
        private void pause(boolean begins) {
            Side taking = does(3) ? host : client;
            paused = begins;
            client.before = client.heard();
            host.before = host.heard();
            Channel balancers = taking.ends.balancers();
            var written = balancers.unsafe().outboundBuffer();
            if (written != null) {
                written.setUserDefinedWritability(1, !begins);
                service.loop().turn();
            }
            judge();
        }

        // ---- laws

        private boolean broken() {
            return client.broke() || host.broke();
        }

        private void judge() {
            client.judge();
            host.judge();
            boolean open = client.ends.others().isActive() && host.ends.others().isActive();
            if (paused) {
                Side held = does(3) ? client : host;
                if (held.heard() - held.before > held.piece) {
                    throw new IllegalStateException("read for who does not take it");
                }
            } else if (broken()) {
                if (client.ends.others().isActive() || host.ends.others().isActive()) {
                    throw new IllegalStateException("a connection stays after an invalid frame");
                }
            } else if (!open) {
                throw new IllegalStateException("ended although all frames are good");
            } else {
                whole(client);
                whole(host);
            }
        }

        private static void whole(Side side) {
            if (side.heard() != side.said) {
                throw new IllegalStateException(
                        "of the " + side.name + "'s " + side.said + " good bytes, " + side.heard() + " came");
            }
        }

        private void end() {
            boolean good = !broken();
            if (does(5)) {
                // TLS's goodbye, which comes after what it follows.
                fire(does(6) ? client : host);
            } else {
                (does(6) ? client : host).ends.others().close();
                service.loop().turn();
            }
            client.judge();
            host.judge();
            if (good) {
                whole(client);
                whole(host);
            }
            if (client.ends.balancers().isOpen() && host.ends.balancers().isOpen()) {
                throw new IllegalStateException("goes on after its end");
            }
            client.ends.others().close();
            host.ends.others().close();
            service.loop().turn();
            if (client.ends.balancers().isOpen() || host.ends.balancers().isOpen()) {
                throw new IllegalStateException("a connection stays after its end");
            }
            if (used() != 0) {
                throw new IllegalStateException(used() + " bytes kept of " + inputs);
            }
            int open = AdoptedConnection.open(service.upstream(), host.ends.balancers());
            int underWay = service.upstream().hosts().getFirst().underWay();
            if (open != 0 || underWay != 0) {
                throw new IllegalStateException(open + " connections open, " + underWay + " exchanges under way");
            }
            service.failures().tell();
        }

        private void fire(Side side) {
            Channel balancers = side.ends.balancers();
            if (balancers.isActive()) {
                balancers.pipeline().fireUserEventTriggered(SslCloseCompletionEvent.SUCCESS);
                service.loop().turn();
            }
        }
    }
}
