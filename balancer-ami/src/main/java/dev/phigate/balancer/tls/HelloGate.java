package dev.phigate.balancer.tls;

import dev.phigate.balancer.tls.record.SilentRecords;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslClientHelloHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Reads the ClientHello, however it is cut into records and segments, before any engine exists; then steps aside. */
final class HelloGate extends SslClientHelloHandler<Engine> {
    /** Room for the largest honest hello: two hybrid key shares, a ticket, ECH and padding are under 6 KiB. */
    private static final int LARGEST_HELLO = 16 * 1024;

    private final ServerTls terms;
    private final HandshakeWatch watch;
    private final SilentRecords records = new SilentRecords();
    private boolean held;

    HelloGate(ServerTls terms, HandshakeWatch watch) {
        super(LARGEST_HELLO);
        this.terms = terms;
        this.watch = watch;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        terms.hold();
        held = true;
        ctx.pipeline().addBefore(ctx.name(), null, records);
        ctx.pipeline().addAfter(ctx.name(), null, watch);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
        super.handlerRemoved0(ctx);
        if (held) {
            held = false;
            terms.letGo();
        }
    }

    @Override
    protected Future<Engine> lookup(ChannelHandlerContext ctx, @Nullable ByteBuf hello) {
        return ctx.executor().newSucceededFuture(hello == null ? new Engine.None(Failure.NOT_TLS) : choose(hello));
    }

    private Engine choose(ByteBuf hello) {
        try {
            ClientHello offer = ClientHello.read(hello);
            watch.asked(offer.serverName());
            return terms.choose(offer);
        } catch (IndexOutOfBoundsException e) {
            return new Engine.None(Failure.MALFORMED_HELLO);
        }
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, Future<Engine> future) {
        switch (future.getNow()) {
            case Engine.BoringSsl boringSsl -> {
                // It bounds such records itself.
                ctx.pipeline().remove(records);
                giveWay(ctx, boringSsl.shown().boringSslHandler(ctx.alloc()));
            }
            case Engine.Jdk jdk -> {
                ctx.pipeline().addAfter(ctx.name(), null, records.data());
                giveWay(ctx, jdk.shown().jdkHandler(ctx.alloc()));
            }
            case Engine.None none -> watch.refuse(ctx, none.failure());
        }
    }

    private void giveWay(ChannelHandlerContext ctx, SslHandler engine) {
        ctx.pipeline().replace(this, "tls", engine);
    }
}
