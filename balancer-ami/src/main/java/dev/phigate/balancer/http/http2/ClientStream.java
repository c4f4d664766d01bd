package dev.phigate.balancer.http.http2;

import dev.phigate.audit.fact.Protocol;
import dev.phigate.balancer.audit.Peer;
import dev.phigate.balancer.deadline.Deadline;
import dev.phigate.balancer.deadline.Deadlines;
import dev.phigate.balancer.http.exchange.Client;
import dev.phigate.balancer.http.exchange.Exchanges;
import dev.phigate.balancer.http.exchange.Relay;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Malformed;
import dev.phigate.balancer.http.message.Refusal;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.message.Response;
import dev.phigate.balancer.tls.Handshake;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/** One stream of a client's HTTP/2 connection: one exchange. What is not asked for yet waits within the stream's window. */
final class ClientStream implements Client, Lane {
    private static final int OK = 200;

    private final Http2Front connection;
    private final Http2Stream stream;
    private final Exchanges service;
    private final Handshake handshake;
    private final Peer peer;
    private final Inbox inbox;
    private @Nullable Deadline deadline;
    private @Nullable Relay relay;
    private @Nullable Http2Headers head;
    private @Nullable ByteBuf held;
    private boolean headRead;
    private boolean underWay;
    private boolean pulled;
    private boolean listed;
    private boolean delivering;
    private boolean requestEnded;
    private long expected;
    private boolean begun;
    private boolean answered;

    ClientStream(Http2Front connection, Http2Stream stream, Exchanges service, Handshake handshake, Peer peer) {
        this.connection = connection;
        this.stream = stream;
        this.service = service;
        this.handshake = handshake;
        this.peer = peer;
        this.inbox = new Inbox();
    }

    // ---- what the client does

    @Override
    public void headers(Http2Headers headers, boolean ended) {
        if (headRead) {
            trailers(headers);
        } else {
            headRead = true;
            head(headers, ended);
        }
    }

    private void head(Http2Headers headers, boolean ended) {
        requestEnded = ended;
        underWay = true;
        connection.began();
        try {
            Request request = Http2Rules.read(headers, ended, service.policy().config());
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
            connection.reset(stream, Http2Error.PROTOCOL_ERROR);
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

    @Override
    public int data(ByteBuf piece, boolean last) {
        Relay by = relay;
        int size = piece.readableBytes();
        if (by == null) {
            return size;
        }
        if (expected >= 0) {
            expected -= size;
            if (expected < 0 || (last && expected > 0)) {
                by.requestBroken(new Refusal.BadRequest("content-length"));
                return size;
            }
        }
        inbox.add(piece, last ? Fields.NONE : null);
        if (!pulled) {
            return 0;
        }
        deliver(by);
        return size;
    }

    private void trailers(Http2Headers headers) {
        Relay by = relay;
        if (by == null) {
            return;
        }
        if (expected > 0) {
            by.requestBroken(new Refusal.BadRequest("content-length"));
            return;
        }
        try {
            inbox.end(Http2Rules.trailers(headers, false));
        } catch (Malformed e) {
            by.requestBroken(e.refusal());
            return;
        }
        if (pulled) {
            deliver(by);
        }
    }

    /** Gives what has come to the relay; answers how many bytes that were. */
    private int deliver(Relay by) {
        int bytes = 0;
        delivering = true;
        for (ByteBuf piece = inbox.next(); piece != null && relay == by; piece = inbox.next()) {
            bytes += piece.readableBytes();
            by.requestBody(piece);
        }
        delivering = false;
        Fields trailers = inbox.trailers();
        if (relay == by && trailers != null && !requestEnded) {
            requestEnded = true;
            by.requestEnd(trailers);
        } else if (bytes > 0 && !listed) {
            listed = true;
            connection.pauseAtEndOfRead(this);
        }
        return bytes;
    }

    @Override
    public void pause() {
        listed = false;
        Relay by = relay;
        if (by != null && pulled && !requestEnded) {
            pulled = false;
            by.requestPause();
        }
    }

    @Override
    public void writabilityChanged() {
        Relay by = relay;
        if (by != null && writable()) {
            by.clientWritable();
        }
    }

    @Override
    public void reset(long errorCode) {
        // The stream's end follows at once.
    }

    /** The rest of the request is of no use (RFC 9113 section 8.1). */
    @Override
    public void endWritten() {
        if (!requestEnded) {
            connection.askForNoMore(stream, Http2Error.NO_ERROR);
        }
    }

    @Override
    public void closed() {
        Relay by = relay;
        relay = null;
        takeBack();
        inbox.clear();
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
        return connection.loop();
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
        pulled = true;
        Relay by = relay;
        if (by != null && !requestEnded && !delivering) {
            int bytes = deliver(by);
            connection.consumed(stream, bytes);
            if (bytes > 0) {
                // What had waited belongs to no read whose end would say so.
                pause();
            }
        }
    }

    @Override
    public void hold() {
        pulled = false;
    }

    @Override
    public void inform(int status, Fields fields) {
        connection.headers(stream, Http2Form.response(status, fields, -1), false);
        connection.flush();
    }

    @Override
    public void respond(Response response) {
        // A WebSocket's beginning is an answer like any other here (RFC 8441 section 4).
        int status = response.switched() ? OK : response.status();
        head = Http2Form.response(status, response.fields(), response.length());
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
        connection.flush();
    }

    /** The last piece is held back, so that it can carry the stream's end. */
    private void writeHeld(boolean last) {
        if (head != null) {
            begun = true;
            Http2Headers now = head;
            head = null;
            answered = last && held == null;
            connection.headers(stream, now, answered);
        }
        if (held != null) {
            ByteBuf piece = held;
            held = null;
            begun = true;
            answered = last;
            connection.data(stream, piece, last);
        }
    }

    @Override
    public boolean writable() {
        return connection.writable(stream, this);
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
        inbox.clear();
        writeHeld(trailers.size() == 0);
        if (trailers.size() > 0) {
            connection.headers(stream, Http2Form.trailers(trailers), true);
        } else if (!answered) {
            connection.data(stream, Unpooled.EMPTY_BUFFER, true);
        }
        connection.flush();
        if (connection.stalled(stream)) {
            giveUpLater();
        }
        over();
        if (!service.keeps(handshake)) {
            connection.drain();
        }
    }

    /** The rest of an answer waits for the client's window: for as long as a client may not read, and not longer. */
    private void giveUpLater() {
        deadline = Deadlines.of(loop()).create(() -> connection.reset(stream, Http2Error.CANCEL));
        deadline.in(service.idle());
    }

    @Override
    public void abort() {
        relay = null;
        over();
        takeBack();
        inbox.clear();
        connection.reset(stream, Http2Error.INTERNAL_ERROR);
    }
}
