package dev.phigate.balancer.http.http2;

import static dev.phigate.balancer.bench.RawFrames.END_HEADERS;
import static dev.phigate.balancer.bench.RawFrames.END_STREAM;
import static dev.phigate.balancer.bench.RawFrames.frame;
import static dev.phigate.balancer.bench.RawFrames.literal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.ScarceAllocator;
import dev.phigate.balancer.upstream.AdoptedConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a buffer cannot be had, nothing is lost beside it: otherwise a shortage of memory would feed itself. */
@Tag("B10")
final class ScarceMemoryTest {
    private static final int FIRST_ASKED = 3;
    private static final int OK = 0x88;

    private final List<ByteBuf> said = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(ints = {100, 10_000, 40_000})
    void whicheverBufferOfABodyCannotBeHadNothingOfItIsKept(int size) {
        int buffers = each(ctx -> {
            ByteBuf piece = Unpooled.buffer().writeZero(size);
            try {
                Http2Writer.create().data(ctx, 1, piece, true);
            } finally {
                // What was handed over is given back once the connection has ended.
                ctx.channel().close();
                assertThat(piece.refCnt()).isZero();
            }
        });
        assertThat(buffers).isPositive();
    }

    @Test
    void whicheverBufferOfALongHeadCannotBeHadNothingOfItIsKept() {
        Http2Headers head = new DefaultHttp2Headers().status("200").add("x-long", "a".repeat(100_000));
        int buffers = each(ctx -> Http2Writer.create().writeHeaders(ctx, 1, head, 0, true, ctx.newPromise()));
        assertThat(buffers).isGreaterThan(2);
    }

    @Test
    void whicheverBufferOfARelayedAnswerCannotBeHadNothingOfItIsKept() {
        int refused = 0;
        int heard;
        try (Relaying relaying = Relaying.make()) {
            ScarceAllocator memory;
            do {
                memory = new ScarceAllocator(++refused);
                heard = relay(relaying, memory);
                assertThat(memory.kept())
                        .as("buffers kept without buffer %d", refused)
                        .isEmpty();
                assertThat(said)
                        .as("what came, without buffer %d", refused)
                        .isNotEmpty()
                        .allMatch(buffer -> buffer.refCnt() == 0);
                said.clear();
            } while (memory.hasRefused());
        }
        assertThat(refused).isGreaterThan(4);
        assertThat(heard).as("bytes of an answer for which there was memory").isGreaterThan(100 + 10_000 + 16_000);
    }

    /** Asks a host, has it answered out of such memory, and lets both connections end. Answers how many bytes the client heard. */
    private int relay(Relaying relaying, ScarceAllocator memory) {
        OwnLoop.Ends client = relaying.loop().connect();
        OwnLoop.Ends host = relaying.loop().connect();
        AdoptedConnection.of(relaying.upstream(), host.balancers(), Http2Back.create());
        relaying.http().install(client.balancers(), relaying.handshake());
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        literal(block, ":method", "GET");
        literal(block, ":scheme", "https");
        literal(block, ":path", "/");
        literal(block, ":authority", "a");
        say(relaying, client, ByteBufUtil.getBytes(Http2CodecUtil.connectionPrefaceBuf()));
        say(relaying, client, frame(4, 0, 0));
        say(relaying, client, frame(1, END_HEADERS | END_STREAM, 1, block.toByteArray()));
        say(relaying, host, frame(4, 0, 0));
        client.balancers().config().setAllocator(memory);
        host.balancers().config().setAllocator(memory);
        say(relaying, host, frame(1, END_HEADERS, FIRST_ASKED, OK));
        say(relaying, host, frame(0, 0, FIRST_ASKED, new byte[100]));
        say(relaying, host, frame(0, 0, FIRST_ASKED, new byte[10_000]));
        say(relaying, host, frame(0, END_STREAM, FIRST_ASKED, new byte[16_000]));
        client.others().close();
        host.others().close();
        relaying.loop().turn();
        return client.heard().readableBytes();
    }

    /** Says bytes out of a buffer that the balancer is handed as it is. */
    private void say(Relaying relaying, OwnLoop.Ends to, byte[] bytes) {
        ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
        said.add(buffer);
        to.others().writeAndFlush(buffer);
        relaying.loop().turn();
    }

    private static int each(Consumer<ChannelHandlerContext> what) {
        return ScarceAllocator.each(what, refused -> {});
    }
}
