package dev.phigate.balancer.bench;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.util.ArrayList;
import java.util.List;

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
