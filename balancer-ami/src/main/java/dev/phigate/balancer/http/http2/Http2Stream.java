package dev.phigate.balancer.http.http2;

import dev.phigate.audit.fact.Protocol;
import dev.phigate.balancer.audit.Peer;
import dev.phigate.balancer.deadline.Deadline;
import dev.phigate.balancer.deadline.Deadlines;
import dev.phigate.balancer.http.exchange.Client;
import dev.phigate.balancer.http.exchange.Exchanges;
import dev.phigate.balancer.http.exchange.Hops;
import dev.phigate.balancer.http.exchange.Relay;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Grammar;
import dev.phigate.balancer.http.message.Malformed;
import dev.phigate.balancer.http.message.Names;
import dev.phigate.balancer.http.message.Refusal;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.message.Response;
import dev.phigate.balancer.tls.Handshake;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** One stream of HTTP/2: one exchange. A frame is read only when it is asked for; flow control does the rest. */
final class Http2Stream extends ChannelInboundHandlerAdapter implements Client {
    private final Exchanges service;
    private final Handshake handshake;
    private final Peer peer;
    private final Http2Front connection;
    private @Nullable Deadline deadline;
    private boolean underWay;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Relay relay;
    private @Nullable Http2Headers head;
    private @Nullable ByteBuf held;
    private boolean headRead;
    private boolean requestEnded;
    private long expected;
    private boolean begun;
    private boolean answered;

    Http2Stream(Exchanges service, Handshake handshake, Peer peer, Http2Front connection) {
        this.service = service;
        this.handshake = handshake;
        this.peer = peer;
        this.connection = connection;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.read();
    }

    private ChannelHandlerContext ctx() {
        if (context == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return context;
    }

    // ---- what the client does

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            switch (message) {
                case Http2HeadersFrame frame when !headRead -> head(frame);
                case Http2HeadersFrame frame -> trailers(frame);
                case Http2DataFrame frame -> data(frame);
                default -> {
                    // Nothing else concerns an exchange.
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void head(Http2HeadersFrame frame) {
        headRead = true;
        requestEnded = frame.isEndStream();
        underWay = true;
        connection.began();
        try {
            Request request = Http2Rules.read(
                    frame.headers(), requestEnded, service.policy().config());
            expected = request.length();
            service.handle(service.exchange(handshake, peer, request, this));
        } catch (Malformed e) {
            refuse(e.refusal());
        }
    }

    /** What HTTP/2 itself calls malformed is a stream error (RFC 9113 section 8.1.1); all else is answered. */
    private void refuse(Refusal refusal) {
        var exchange = service.exchange(handshake, peer, Request.UNREADABLE, this);
        if (refusal instanceof Refusal.MalformedStream) {
            service.record(exchange, refusal);
            over();
            ctx().writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.PROTOCOL_ERROR));
        } else {
            service.refuse(exchange, refusal);
        }
    }

    private void over() {
        if (underWay) {
            underWay = false;
            connection.ended();
        }
    }

    private void data(Http2DataFrame frame) {
        Relay by = relay;
        if (by == null) {
            return;
        }
        ByteBuf content = frame.content();
        if (expected >= 0) {
            expected -= content.readableBytes();
            if (expected < 0 || (frame.isEndStream() && expected > 0)) {
                by.requestBroken(new Refusal.BadRequest("content-length"));
                return;
            }
        }
        if (content.isReadable()) {
            by.requestBody(content.retain());
        }
        if (frame.isEndStream()) {
            requestEnded = true;
            by.requestEnd(Fields.NONE);
        } else {
            by.requestPause();
        }
    }

    private void trailers(Http2HeadersFrame frame) {
        Relay by = relay;
        if (by == null) {
            return;
        }
        if (expected > 0) {
            by.requestBroken(new Refusal.BadRequest("content-length"));
            return;
        }
        Fields trailers = new Fields();
        for (var entry : frame.headers()) {
            AsciiString name = AsciiString.of(entry.getKey());
            AsciiString value = AsciiString.of(entry.getValue());
            if (!Grammar.name(name) || !Grammar.value(value)) {
                by.requestBroken(new Refusal.BadRequest("field-name"));
                return;
            }
            trailers.add(name, value);
        }
        requestEnded = true;
        by.requestEnd(Hops.trailers(trailers));
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (relay != null && ctx.channel().isWritable()) {
            relay.clientWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Http2ResetFrame) {
            gone();
            ctx.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        gone();
    }

    @Override
    @SuppressWarnings("deprecation") // the inbound method of this name is not the deprecated one
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!headRead) {
            headRead = true;
            service.record(
                    service.exchange(handshake, peer, Request.UNREADABLE, this),
                    new Refusal.MalformedStream("malformed-stream"));
        }
        // The codec ends the stream with the error code that fits.
        gone();
    }

    private void gone() {
        Relay by = relay;
        relay = null;
        takeBack();
        if (deadline != null) {
            deadline.drop();
        }
        over();
        if (by != null) {
            by.clientGone();
        }
    }

    // ---- what the relay does

    @Override
    public EventLoop loop() {
        return ctx().channel().eventLoop();
    }

    @Override
    public Protocol protocol() {
        return Protocol.HTTP_2;
    }

    @Override
    public void carriedBy(Relay by) {
        relay = by;
    }

    @Override
    public void pull() {
        ctx().read();
    }

    @Override
    public void inform(int status, Fields fields) {
        ctx().writeAndFlush(new DefaultHttp2HeadersFrame(headers(status, fields)));
    }

    @Override
    public void respond(Response response) {
        Http2Headers headers = headers(response.status(), response.fields());
        if (response.length() >= 0) {
            headers.set(Names.CONTENT_LENGTH, Long.toString(response.length()));
        }
        head = headers;
    }

    private static Http2Headers headers(int status, Fields fields) {
        Http2Headers headers = new DefaultHttp2Headers(false, fields.size() + 4);
        headers.status(
                io.netty.handler.codec.http.HttpResponseStatus.valueOf(status).codeAsText());
        return add(headers, fields);
    }

    private static Http2Headers add(Http2Headers headers, Fields fields) {
        for (int i = 0; i < fields.size(); i++) {
            headers.add(fields.name(i).toLowerCase(), fields.value(i));
        }
        return headers;
    }

    @Override
    public void body(ByteBuf piece) {
        if (!piece.isReadable()) {
            piece.release();
            return;
        }
        writeHeld(false);
        held = piece;
    }

    @Override
    public void flush() {
        writeHeld(false);
        ctx().flush();
    }

    /** The last piece is held back, so that it can carry the stream's end. */
    private void writeHeld(boolean last) {
        if (head != null) {
            begun = true;
            ctx().write(new DefaultHttp2HeadersFrame(head, last && held == null));
            answered = last && held == null;
            head = null;
        }
        if (held != null) {
            ByteBuf piece = held;
            held = null;
            begun = true;
            ctx().write(new DefaultHttp2DataFrame(piece, last));
            answered = last;
        }
    }

    @Override
    public boolean writable() {
        return ctx().channel().isWritable();
    }

    @Override
    public boolean begun() {
        return begun;
    }

    @Override
    public void takeBack() {
        head = null;
        if (held != null) {
            held.release();
            held = null;
        }
    }

    @Override
    public void finish(Fields trailers) {
        relay = null;
        writeHeld(trailers.size() == 0);
        if (trailers.size() > 0) {
            ctx().write(new DefaultHttp2HeadersFrame(add(new DefaultHttp2Headers(false), trailers), true));
        } else if (!answered) {
            ctx().write(new DefaultHttp2DataFrame(Unpooled.EMPTY_BUFFER, true));
        }
        if (!requestEnded) {
            // The rest of the request is of no use (RFC 9113 section 8.1).
            ctx().write(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
        }
        ctx().flush();
        giveUpWhenStalled();
        over();
        if (!service.keeps(handshake)) {
            ctx().channel().parent().pipeline().fireUserEventTriggered(Exchanges.Drain.NOW);
        }
    }

    /** The rest of an answer waits for the client's window: for as long as a client may not read, and not longer. */
    private void giveUpWhenStalled() {
        int id = ((Http2StreamChannel) ctx().channel()).stream().id();
        if (ctx().channel().isActive() && connection.stalled(id)) {
            deadline = Deadlines.of(ctx().channel().eventLoop()).create(() -> ctx().close());
            deadline.in(service.policy().config().idle());
        }
    }

    @Override
    public void abort() {
        relay = null;
        over();
        takeBack();
        ctx().writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
    }
}
