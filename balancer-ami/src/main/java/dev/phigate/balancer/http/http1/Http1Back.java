package dev.phigate.balancer.http.http1;

import dev.phigate.balancer.http.exchange.Backend;
import dev.phigate.balancer.http.exchange.Break;
import dev.phigate.balancer.http.exchange.Receiver;
import dev.phigate.balancer.http.hop.TurnFlush;
import dev.phigate.balancer.http.hop.WebSocket;
import dev.phigate.balancer.http.message.BodyLength;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Malformed;
import dev.phigate.balancer.http.message.Names;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.message.Response;
import dev.phigate.balancer.upstream.Connection;
import dev.phigate.balancer.upstream.pool.Carrier;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 on a connection to a host, one exchange at a time. Reads only when there is room for what it reads; reads while
 * unused too, so that a host that closes the connection, or speaks unasked, is noticed.
 */
public final class Http1Back extends ChannelInboundHandlerAdapter implements Backend, Carrier {
    private static final int LARGEST_HEAD = 64 * 1024;
    private static final AsciiString VERSION = AsciiString.cached(" HTTP/1.1\r\n");

    private @Nullable ChannelHandlerContext context;
    private @Nullable Receiver receiver;
    /** Whose answer is complete, until it is told so: then the next exchange may begin. */
    private @Nullable Receiver answered;

    private Fields trailers = Fields.NONE;
    private @Nullable Connection connection;
    private @Nullable BodyReader body;
    private ByteBuf in = Unpooled.EMPTY_BUFFER;
    private @Nullable AsciiString accept;
    private int interim;
    private boolean switched;
    private boolean toHead;
    private boolean chunked;
    private boolean requestEnded;
    private boolean reusable;
    private boolean closeNotified;
    private boolean paused;
    private boolean reading;

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    private ChannelHandlerContext ctx() {
        if (context == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return context;
    }

    @Override
    public void install(Channel channel) {
        channel.pipeline().addLast(new TurnFlush()).addLast("http", this);
    }

    @Override
    public Object lane() {
        return this;
    }

    @Override
    public int most() {
        return 1;
    }

    @Override
    public void begin(Receiver by, Connection on, Request request, Fields fields) {
        receiver = by;
        connection = on;
        body = null;
        toHead = request.head();
        chunked = request.length() == BodyLength.CHUNKED;
        requestEnded = request.length() == 0 || request.webSocket();
        accept = request.webSocket() ? WebSocket.accept(fields) : null;
        interim = 0;
        switched = false;
        reusable = true;
        paused = false;
        ByteBuf out = ctx().alloc().buffer(1024);
        ByteBufUtil.copy(request.method(), out);
        out.writeByte(' ');
        ByteBufUtil.copy(request.target(), out);
        ByteBufUtil.copy(VERSION, out);
        Http1Form.fields(out, fields);
        if (chunked) {
            Http1Form.field(out, Names.TRANSFER_ENCODING, Names.CHUNKED);
        } else if (request.length() > 0
                || (request.length() == 0 && request.fields().has(Names.CONTENT_LENGTH))) {
            Http1Form.contentLength(out, request.length());
        }
        Http1Form.endOfFields(out);
        ctx().writeAndFlush(out, ctx().voidPromise());
        demand();
    }

    @Override
    public void body(ByteBuf piece) {
        if (!piece.isReadable()) {
            piece.release();
        } else if (chunked) {
            Http1Form.chunk(ctx(), piece);
        } else {
            ctx().write(piece, ctx().voidPromise());
        }
    }

    @Override
    public void end(Fields trailers) {
        requestEnded = true;
        if (chunked) {
            ByteBuf out = ctx().alloc().buffer(64);
            Http1Form.lastChunk(out, trailers);
            ctx().write(out, ctx().voidPromise());
        }
        flush();
    }

    @Override
    public void flush() {
        ctx().flush();
    }

    @Override
    public boolean writable() {
        return ctx().channel().isWritable();
    }

    @Override
    public void resume() {
        paused = false;
        demand();
    }

    @Override
    public void abandon() {
        receiver = null;
        answered = null;
        ctx().close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        in = Http1Form.append(ctx.alloc(), in, (ByteBuf) message);
        try {
            while (receiver != null && in.isReadable() && step()) {
                // Each step takes something.
            }
            if (receiver == null && in.isReadable()) {
                // Bytes after an answer, or without a question, belong to nobody.
                part();
            }
        } catch (Malformed e) {
            broken(Break.BROKE_THE_RULES);
        }
        if (!in.isReadable()) {
            in.release();
            in = Unpooled.EMPTY_BUFFER;
        }
    }

    private boolean step() throws Malformed {
        Receiver by = receiver;
        if (by == null) {
            return false;
        }
        if (body == null) {
            int end = HeadBlock.end(in, in.readerIndex());
            if (end < 0) {
                if (in.readableBytes() > LARGEST_HEAD) {
                    throw new Malformed("header-too-large");
                }
                return false;
            }
            ResponseHead head = ResponseHead.read(in, end - in.readerIndex(), toHead, accept);
            if (head.interim()) {
                if (++interim > Response.MOST_INTERIM) {
                    throw new Malformed("interim-answers");
                }
                by.informed(head.status(), head.fields());
                return true;
            }
            body = new BodyReader(head.bodyLength(), head.fields());
            switched = head.response().switched();
            reusable = head.keepAlive() && !body.endsWithConnection();
            by.responded(head.response());
            if (!body.ended()) {
                return true;
            }
        } else {
            body.read(in, by::responseBody);
        }
        BodyReader reader = body;
        if (reader != null && reader.ended() && receiver != null) {
            ended(by, reader.trailers());
        }
        return false;
    }

    private void ended(Receiver by, Fields last) {
        receiver = null;
        body = null;
        answered = by;
        trailers = last;
        if (!reusable || !requestEnded || !allSent() || in.isReadable()) {
            part();
        }
    }

    /** Ends the connection; an answer that is complete remains so. */
    private void part() {
        connection = null;
        ctx().close();
        complete();
    }

    /**
     * Tells whose answer is complete. A connection that is kept is given back at the end of a read only: what else came in that read, in
     * another TLS record say, is no answer to a request that has not been sent.
     */
    private void complete() {
        Receiver by = answered;
        Connection used = connection;
        if (by == null) {
            return;
        }
        answered = null;
        connection = null;
        // Before the answer ends: what the client asks next may use this connection at once.
        if (used != null) {
            used.release();
        }
        by.responseEnd(trailers);
    }

    /** Whether the system has taken the whole request: a host that answers early may never read the rest. */
    private boolean allSent() {
        ChannelOutboundBuffer written = ctx().channel().unsafe().outboundBuffer();
        return written == null || written.totalPendingWriteBytes() == 0;
    }

    private void broken(Break how) {
        Receiver by = receiver;
        receiver = null;
        part();
        if (by != null) {
            by.broken(how);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        Receiver by = receiver;
        if (by != null && !by.responsePause()) {
            paused = true;
        }
        complete();
        demand();
    }

    private void demand() {
        if (!reading && !paused && ctx().channel().isActive()) {
            reading = true;
            ctx().read();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (receiver != null && ctx.channel().isWritable()) {
            receiver.backWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent closed) {
            closeNotified = closed.isSuccess();
            gone();
            ctx.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        gone();
        in.release();
        in = Unpooled.EMPTY_BUFFER;
    }

    @Override
    @SuppressWarnings("deprecation") // the inbound method of this name is not the deprecated one
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        broken(Break.CLOSED);
    }

    /**
     * An answer that ends with its connection is whole only when TLS says so (RFC 9112 section 9.8). A WebSocket says it in
     * its own frames.
     */
    private void gone() {
        Receiver by = receiver;
        if (by == null) {
            part();
            return;
        }
        BodyReader reader = body;
        if (reader != null && reader.endsWithConnection() && (closeNotified || switched)) {
            receiver = null;
            by.responseEnd(Fields.NONE);
        } else {
            broken(Break.CLOSED);
        }
    }
}
