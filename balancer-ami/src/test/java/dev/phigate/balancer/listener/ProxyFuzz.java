package dev.phigate.balancer.listener;

import dev.phigate.audit.fact.Client;
import dev.phigate.audit.fact.Endpoint;
import dev.phigate.audit.fact.Name;
import dev.phigate.balancer.audit.FreshId;
import dev.phigate.balancer.tls.Accepted;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Fuzz target: the header of the PROXY protocol, both versions. However it is cut on its way, the connection is for the same client and
 * begins with the same bytes, or is refused; it is judged once, and nothing is kept of it.
 */
public final class ProxyFuzz {
    private static final Accepted PEER = peer();

    private ProxyFuzz() {}

    private static Accepted peer() {
        InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        return new Accepted(new Client(FreshId.next(), new Name("fuzz"), Endpoint.of(here)), here, here, 0);
    }

    /** One input: how large the pieces are, then the header and what follows it. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2) {
            return;
        }
        int piece = 1 + (input[0] & 0x1f);
        String whole = outcome(input, input.length);
        String inPieces = outcome(input, piece);
        if (!whole.equals(inPieces)) {
            throw new IllegalStateException("whole: " + whole + "\nin pieces of " + piece + ": " + inPieces);
        }
    }

    private static String outcome(byte[] input, int piece) {
        var memory = new UnpooledByteBufAllocator(false, true);
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(memory);
        List<String> verdicts = new ArrayList<>();
        StringBuilder rest = new StringBuilder();
        channel.pipeline()
                .addLast(new ProxyHeader(
                        PEER,
                        Duration.ofMinutes(1),
                        client -> {
                            verdicts.add(client.source() + " to " + client.local());
                            channel.pipeline().addLast(new Rest(rest));
                        },
                        why -> {
                            verdicts.add(why);
                            channel.close();
                        }));
        for (int at = 1; at < input.length && channel.isOpen(); at += piece) {
            int length = Math.min(piece, input.length - at);
            channel.writeInbound(memory.buffer(length).writeBytes(input, at, length));
        }
        channel.finishAndReleaseAll();
        long kept = memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory();
        if (verdicts.size() != 1 || kept != 0) {
            throw new IllegalStateException(verdicts + ", " + kept + " bytes kept");
        }
        return verdicts + " " + rest;
    }

    private static final class Rest extends ChannelInboundHandlerAdapter {
        private final StringBuilder seen;

        Rest(StringBuilder seen) {
            this.seen = seen;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            seen.append(bytes.toString(StandardCharsets.ISO_8859_1));
            bytes.release();
        }
    }
}
