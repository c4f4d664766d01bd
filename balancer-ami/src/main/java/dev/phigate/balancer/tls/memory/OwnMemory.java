package dev.phigate.balancer.tls.memory;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.ByteToMessageDecoder;

/**
 * Keeps what the JDK's engine is to decrypt in arrays of its connection's own. Given direct memory, the JDK's AES-GCM answers a
 * record whose tag is wrong by writing zeros from the beginning of the whole block to the end of the record (JDK 25.0.3,
 * {@code GaloisCounterMode.GCMDecrypt}); in pooled memory that block holds what other connections are sending and receiving,
 * and anybody can send such a record before they are known. Costs a copy of what comes in.
 */
public final class OwnMemory implements ByteToMessageDecoder.Cumulator {
    /** The only one: it keeps nothing itself. Used from all loops. */
    public static final OwnMemory INSTANCE = new OwnMemory();

    private OwnMemory() {}

    @Override
    public ByteBuf cumulate(ByteBufAllocator allocator, ByteBuf unread, ByteBuf more) {
        ByteBuf own = unread;
        // What comes first is no buffer of ours, and has no room.
        if (own.writableBytes() < more.readableBytes()) {
            own = Unpooled.buffer(unread.readableBytes() + more.readableBytes());
            own.writeBytes(unread);
            unread.release();
        }
        own.writeBytes(more);
        more.release();
        return own;
    }
}
