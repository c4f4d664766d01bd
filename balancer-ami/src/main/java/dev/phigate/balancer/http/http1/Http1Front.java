package dev.phigate.balancer.http.http1;

import dev.phigate.audit.fact.Protocol;
import dev.phigate.balancer.deadline.Deadline;
import dev.phigate.balancer.deadline.Deadlines;
import dev.phigate.balancer.http.exchange.Client;
import dev.phigate.balancer.http.exchange.Exchanges;
import dev.phigate.balancer.http.exchange.Relay;
import dev.phigate.balancer.http.hop.PatientClose;
import dev.phigate.balancer.http.hop.TurnFlush;
import dev.phigate.balancer.http.message.BodyLength;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Malformed;
import dev.phigate.balancer.http.message.Refusal;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.message.Response;
import dev.phigate.balancer.http.policy.HttpConfig;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 on a client's connection: one request at a time, in order. Pipelined requests wait unread, so that they cost
 * nothing; none begins while earlier answers wait for a client that does not read. Reads only when there is room.
 */
public final class Http1Front extends ChannelInboundHandlerAdapter implements Client {
    private static final Duration LINGER = Duration.ofSeconds(2);
    private static final int READ_AHEAD = 16 * 1024;

    private enum State {
        AWAITING_HEAD,
        ANSWERING,
        LINGERING
    }

    private final ConnectionService service;
    private final Http1Answer answer = new Http1Answer();
    private @Nullable ChannelHandlerContext context;
    private @Nullable Deadline deadline;
    private State state = State.AWAITING_HEAD;
    private ByteBuf in = Unpooled.EMPTY_BUFFER;
    private int looked;
    private @Nullable Relay relay;
    private @Nullable BodyReader body;
    private boolean requestEnded = true;
    private boolean keepAlive;
    private boolean moreMayCome;
    private boolean pulled;
    private boolean headBegun;
    private boolean emptyLineAllowed = true;
    private boolean stepping;
    private boolean reading;

    private Http1Front(ConnectionService service) {
        this.service = service;
    }

    /** Installs it and what it needs on a connection, over TLS or not; it reads when it likes from then on. */
    public static void install(Channel channel, ConnectionService service) {
        channel.config().setAutoRead(false);
        channel.pipeline()
                .addLast(new PatientClose(service::idle))
                .addLast(new TurnFlush())
                .addLast("http", new Http1Front(service));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        deadline = Deadlines.of(ctx.executor()).create(this::late);
        deadline.in(service.first());
        demand();
    }

    private ChannelHandlerContext ctx() {
        return Objects.requireNonNull(context, "not in a pipeline");
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf more = (ByteBuf) message;
        if (state == State.LINGERING) {
            more.release();
            return;
        }
        looked = in.isReadable() ? Math.max(0, looked - in.readerIndex()) : 0;
        in = Http1Form.append(ctx.alloc(), in, more);
        looked += in.readerIndex();
        proceed();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        demand();
    }

    private void proceed() {
        if (stepping) {
            return;
        }
        stepping = true;
        try {
            while (in.isReadable() && step()) {
                // Each step takes something.
            }
        } catch (Malformed e) {
            broken(e.refusal());
        } finally {
            stepping = false;
        }
        if (!in.isReadable()) {
            in.release();
            in = Unpooled.EMPTY_BUFFER;
            looked = 0;
        }
        demand();
    }

    private boolean step() throws Malformed {
        return switch (state) {
            case AWAITING_HEAD -> ctx().channel().isWritable() && head();
            case ANSWERING -> !requestEnded && pulled && bodyPieces();
            case LINGERING -> {
                in.skipBytes(in.readableBytes());
                yield false;
            }
        };
    }

    private boolean head() throws Malformed {
        HttpConfig limits = service.limits();
        if (emptyLineAllowed && in.getByte(in.readerIndex()) == '\r') {
            // One empty line before a request is read over (RFC 9112 section 2.2).
            if (in.readableBytes() < 2) {
                return false;
            }
            if (in.getByte(in.readerIndex() + 1) == '\n') {
                in.skipBytes(2);
            }
            emptyLineAllowed = false;
            return true;
        }
        if (!headBegun) {
            headBegun = true;
            lateIn(limits.header());
        }
        int end = HeadBlock.end(in, Math.max(in.readerIndex(), looked));
        int length = (end < 0 ? in.writerIndex() : end) - in.readerIndex();
        RequestHead.bound(in, length, limits);
        if (end < 0) {
            looked = Math.max(in.readerIndex(), in.writerIndex() - 3);
            return false;
        }
        looked = 0;
        Request request = RequestHead.read(in, length, limits, service.scheme());
        begin(request);
        service.handle(request, this);
        return true;
    }

    private void begin(Request request) {
        state = State.ANSWERING;
        headBegun = false;
        emptyLineAllowed = true;
        pulled = false;
        body = new BodyReader(request.webSocket() ? 0 : request.length(), request.fields());
        requestEnded = request.length() == 0 || request.webSocket();
        keepAlive = request.keepAlive();
        moreMayCome = keepAlive;
        answer.begin(request);
        Objects.requireNonNull(deadline).clear();
    }

    private boolean bodyPieces() throws Malformed {
        BodyReader reader = body;
        Relay by = relay;
        if (reader == null || by == null) {
            return false;
        }
        pulled = false;
        reader.read(in, by::requestBody);
        if (state != State.ANSWERING) {
            return true;
        }
        if (reader.ended()) {
            requestEnded = true;
            by.requestEnd(reader.trailers());
        } else {
            by.requestPause();
        }
        return reader.ended();
    }

    private void broken(Refusal refusal) {
        keepAlive = false;
        Relay by = relay;
        if (state == State.AWAITING_HEAD) {
            begin(Request.UNREADABLE);
            keepAlive = false;
            requestEnded = false;
            service.refuse(Request.UNREADABLE, refusal, this);
        } else if (by != null) {
            by.requestBroken(refusal);
        }
    }

    private void lateIn(Duration time) {
        Objects.requireNonNull(deadline).in(time);
    }

    private void late() {
        if (state == State.LINGERING) {
            PatientClose.belowTls(ctx().channel());
        } else if (state == State.AWAITING_HEAD && headBegun) {
            broken(new Refusal.ClientTooSlow());
        } else if (state == State.AWAITING_HEAD) {
            end();
        }
        // While it is answered, the relay has a deadline of its own.
    }

    /** Nothing that comes from now on is a request, and the close has its own patience; of a WebSocket, what was said before goes on. */
    private void end() {
        if (relay == null) {
            state = State.LINGERING;
            Objects.requireNonNull(deadline).clear();
        }
        ctx().close();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        boolean writable = ctx.channel().isWritable();
        if (writable && relay != null) {
            relay.clientWritable();
        } else if (writable && state == State.AWAITING_HEAD) {
            // It takes its answers: the next request may begin, or come, or go on.
            if (!headBegun) {
                lateIn(service.another());
            }
            proceed();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        boolean unused = state == State.AWAITING_HEAD && !headBegun;
        Relay by = relay;
        boolean tunnel = by != null && body != null && body.endsWithConnection();
        boolean closed = event instanceof SslCloseCompletionEvent;
        boolean nothingWaits = by == null ? !unused || !in.isReadable() : tunnel;
        // Who ends a WebSocket in order, with all passed on, ends it so for the host as well.
        if (by != null && tunnel && !in.isReadable() && event.equals(SslCloseCompletionEvent.SUCCESS)) {
            requestEnded = true;
            by.requestEnd(Fields.NONE);
        } else if (event == Exchanges.Drain.NOW ? unused : closed && nothingWaits) {
            end();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (deadline != null) {
            deadline.drop();
        }
        in.release();
        in = Unpooled.EMPTY_BUFFER;
        answer.takeBack();
        Relay by = relay;
        relay = null;
        if (by != null) {
            by.clientGone();
        }
    }

    @Override
    @SuppressWarnings("deprecation") // the inbound method of this name is not the deprecated one
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    private void demand() {
        boolean wants = switch (state) {
            case AWAITING_HEAD -> ctx().channel().isWritable();
            case LINGERING -> false;
            case ANSWERING -> requestEnded ? in.readableBytes() < READ_AHEAD : pulled;
        };
        if (wants && !reading && ctx().channel().isActive()) {
            reading = true;
            ctx().read();
        }
    }

    @Override
    public EventLoop loop() {
        return ctx().channel().eventLoop();
    }

    @Override
    public Protocol protocol() {
        return Protocol.HTTP_1_1;
    }

    @Override
    public void carriedBy(Relay by) {
        relay = by;
    }

    @Override
    public void pull() {
        pulled = true;
        proceed();
    }

    @Override
    public void hold() {
        pulled = false;
    }

    @Override
    public void inform(int status, Fields fields) {
        answer.inform(ctx(), status, fields);
    }

    @Override
    public void respond(Response response) {
        // A request of which more is to come cannot be followed by another: nobody would know where it begins.
        keepAlive &= requestEnded && service.keeps();
        if (response.switched()) {
            requestEnded = false;
            keepAlive = false;
            body = new BodyReader(BodyLength.UNTIL_CLOSE);
        }
        answer.respond(ctx(), response, keepAlive);
    }

    @Override
    public void body(ByteBuf piece) {
        answer.body(ctx(), piece);
    }

    @Override
    public void flush() {
        answer.flush(ctx());
    }

    @Override
    public boolean writable() {
        return ctx().channel().isWritable();
    }

    @Override
    public boolean begun() {
        return answer.begun();
    }

    @Override
    public void takeBack() {
        answer.takeBack();
    }

    @Override
    public void finish(Fields trailers) {
        relay = null;
        if (!ctx().channel().isActive()) {
            answer.takeBack();
            return;
        }
        answer.finish(ctx(), trailers);
        if (keepAlive && requestEnded && answer.selfDelimiting()) {
            state = State.AWAITING_HEAD;
            lateIn(service.another());
            proceed();
        } else if (requestEnded && !in.isReadable() && !moreMayCome) {
            end();
        } else {
            state = State.LINGERING;
            lateIn(service.idle());
            Lingering.begin(ctx(), () -> lateIn(LINGER));
        }
    }

    @Override
    public void abort() {
        relay = null;
        answer.takeBack();
        state = State.LINGERING;
        // Below TLS: neither what waits in its queue nor a close_notify may make the answer look complete.
        PatientClose.belowTls(ctx().channel());
    }
}
