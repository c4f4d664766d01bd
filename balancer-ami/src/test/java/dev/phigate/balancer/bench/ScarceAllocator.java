package dev.phigate.balancer.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** Memory that cannot be had once, and that remembers what was not given back. One thread. */
public final class ScarceAllocator extends AbstractByteBufAllocator {
    private final List<ByteBuf> made = new ArrayList<>();
    private final int refused;
    private int asked;

    /**
     * Memory for everything but one buffer.
     *
     * @param refused which one, from 1 on
     */
    public ScarceAllocator(int refused) {
        super(true);
        this.refused = refused;
    }

    /**
     * Does something on a connection again and again, each time without the next of its buffers, and finds that all were given back.
     *
     * @param what what is done
     * @param then called after each time with the number of the buffer that could not be had
     * @return how many buffers it needs
     */
    public static int each(Consumer<ChannelHandlerContext> what, IntConsumer then) {
        for (int refused = 1; ; refused++) {
            ScarceAllocator memory = new ScarceAllocator(refused);
            EmbeddedChannel channel = new EmbeddedChannel(new Deaf());
            channel.config().setAllocator(memory);
            try {
                what.accept(channel.pipeline().firstContext());
            } catch (OutOfMemoryError e) {
                assertThat(memory.hasRefused()).isTrue();
            }
            channel.finishAndReleaseAll();
            assertThat(memory.kept())
                    .as("buffers kept without buffer %d", refused)
                    .isEmpty();
            then.accept(refused);
            if (!memory.hasRefused()) {
                return refused - 1;
            }
        }
    }

    /** Writes that fail with their connection are told to it, and to nobody else here. */
    private static final class Deaf extends ChannelInboundHandlerAdapter {
        @Override
        @SuppressWarnings("deprecation") // the inbound method of this name is not the deprecated one
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {}
    }

    /** Whether the buffer was asked for that could not be had. */
    public boolean hasRefused() {
        return asked >= refused;
    }

    /** The buffers that were not given back. */
    public List<ByteBuf> kept() {
        return made.stream().filter(buffer -> buffer.refCnt() > 0).toList();
    }

    private void ask() {
        if (++asked == refused) {
            throw new OutOfMemoryError("Cannot reserve direct buffer memory");
        }
    }

    private ByteBuf remembered(ByteBuf buffer) {
        made.add(buffer);
        return buffer;
    }

    @Override
    protected ByteBuf newDirectBuffer(int capacity, int most) {
        ask();
        return remembered(new UnpooledDirectByteBuf(this, capacity, most));
    }

    @Override
    protected ByteBuf newHeapBuffer(int capacity, int most) {
        ask();
        return remembered(new UnpooledHeapByteBuf(this, capacity, most));
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }
}
