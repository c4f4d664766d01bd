package dev.phigate.balancer.http.http2;

import dev.phigate.balancer.deadline.Deadline;
import dev.phigate.balancer.deadline.Deadlines;
import dev.phigate.balancer.http.exchange.Backend;
import dev.phigate.balancer.http.exchange.Break;
import dev.phigate.balancer.http.exchange.Receiver;
import dev.phigate.balancer.http.message.BodyLength;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Malformed;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.message.Response;
import dev.phigate.balancer.upstream.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a connection to a host: one exchange. What nobody can take yet waits within the stream's window. A WebSocket's
 * stream ends as RFC 8441 section 5 says: either side by END_STREAM once all before it was sent, or broken off by RST_STREAM.
 */
final class HostStream implements Backend, Lane {
    /** How long a host may take to end a WebSocket that the client has ended, and to read what was sent before that. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final Http2Back link;
    private final Inbox inbox = new Inbox();
    private @Nullable Http2Stream stream;
    private @Nullable Receiver receiver;
    private @Nullable Connection connection;
    private @Nullable Deadline parting;
    private int interim;
    private boolean toHead;
    private boolean asksForWebSocket;
    private boolean webSocket;
    private boolean responded;
    private boolean bodiless;
    /** How long the body is to be; negative when the host did not say. */
    private long length = BodyLength.CHUNKED;

    private long received;
    private boolean requestEnded;
    private boolean paused;
    private boolean delivering;
    private boolean listed;
    /** Its stream is left, and gives the connection back when it is closed. */
    private boolean ending;

    HostStream(Http2Back link) {
        this.link = link;
    }

    @Override
    public void begin(Receiver by, Connection on, Request request, Fields fields) {
        receiver = by;
        connection = on;
        toHead = request.head();
        requestEnded = request.length() == 0;
        asksForWebSocket = request.webSocket();
        Http2Headers head = Http2Form.request(request, fields);
        if (asksForWebSocket) {
            link.onceTold(() -> ask(head));
        } else {
            ask(head);
        }
    }

    private void ask(Http2Headers head) {
        if (receiver == null) {
            return;
        }
        if (asksForWebSocket && link.withoutWebSockets()) {
            brokenLater(Break.NO_WEB_SOCKET);
            return;
        }
        // A stream that nothing can be sent on is not opened: a reset of it would end the connection (section 6.4).
        if (link.tooLarge(head)) {
            brokenLater(Break.HEADER_TOO_LARGE);
            return;
        }
        Http2Stream opened = link.open(this);
        if (opened == null) {
            brokenLater(Break.NOT_BEGUN);
            return;
        }
        stream = opened;
        link.headers(opened, head, requestEnded);
        link.flush();
    }

    /** Not at once: whoever asks is not done asking. */
    private void brokenLater(Break how) {
        link.loop().execute(() -> broken(how));
    }

    @Override
    public void body(ByteBuf piece) {
        if (stream == null || !piece.isReadable()) {
            piece.release();
        } else {
            link.data(stream, piece, false);
        }
    }

    @Override
    public void end(Fields trailers) {
        Http2Stream to = stream;
        Http2Headers last = to == null || trailers.size() == 0 ? null : Http2Form.trailers(trailers);
        if (last != null && link.tooLarge(last)) {
            // The request never ends, whether it is answered or not: its stream is reset either way.
            brokenLater(Break.HEADER_TOO_LARGE);
            return;
        }
        requestEnded = true;
        if (to != null) {
            if (last != null) {
                link.headers(to, last, true);
            } else {
                link.data(to, Unpooled.EMPTY_BUFFER, true);
            }
            link.flush();
        }
    }

    @Override
    public void flush() {
        link.flush();
    }

    @Override
    public boolean writable() {
        return stream != null && link.writable(stream, this);
    }

    @Override
    public void writabilityChanged() {
        Receiver by = receiver;
        if (by != null && writable()) {
            by.backWritable();
        }
    }

    @Override
    public void resume() {
        paused = false;
        Receiver by = receiver;
        Http2Stream from = stream;
        if (by != null && from != null && !delivering) {
            link.consumed(from, deliver(by));
            pause();
        }
    }

    @Override
    public void abandon() {
        if (webSocket && requestEnded) {
            part();
        } else {
            leave(Http2Error.CANCEL);
        }
    }

    // ---- what the host does

    @Override
    public void headers(Http2Headers headers, boolean ended) {
        Receiver by = receiver;
        if (by == null) {
            return;
        }
        try {
            if (responded) {
                if (!complete()) {
                    throw new Malformed("length");
                }
                inbox.end(Http2Rules.trailers(headers, true));
                goOn(by);
                return;
            }
            Response response = Http2Rules.response(headers, toHead, ended);
            if (response.status() < 200) {
                if (ended || ++interim > Response.MOST_INTERIM) {
                    throw new Malformed("interim-answers");
                }
                by.informed(response.status(), response.fields());
                return;
            }
            webSocket = asksForWebSocket && response.status() < 300;
            bodiless = response.bodiless() && !webSocket;
            length = webSocket ? BodyLength.TUNNEL : response.length();
            if (ended && !complete()) {
                throw new Malformed("length");
            }
            responded = true;
            by.responded(webSocket ? response.switching() : response);
            if (asksForWebSocket && !webSocket) {
                // Nothing of the kind that was asked for will follow.
                end(Fields.NONE);
            }
            if (ended) {
                inbox.end(Fields.NONE);
            }
            goOn(by);
        } catch (Malformed e) {
            broken(Break.BROKE_THE_RULES);
        }
    }

    @Override
    public int data(ByteBuf piece, boolean last) {
        Receiver by = receiver;
        int size = piece.readableBytes();
        if (by == null) {
            return size;
        }
        received += size;
        if (!responded || (bodiless && size > 0) || (last && !complete())) {
            // A body before its head, or of an answer that has none (RFC 9110 section 6.4.1), or not as long as it
            // said.
            broken(Break.BROKE_THE_RULES);
            return size;
        }
        inbox.add(piece, last ? Fields.NONE : null);
        return goOn(by) ? size : 0;
    }

    /** Whether the body is as long as the host said: the codec lets one pass that is empty, which answers to HEAD may be. */
    private boolean complete() {
        return bodiless || length < 0 || received == length;
    }

    private boolean goOn(Receiver by) {
        if (paused) {
            return false;
        }
        deliver(by);
        if (receiver != null && !listed) {
            listed = true;
            link.pauseAtEndOfRead(this);
        }
        return true;
    }

    /** Gives what has come to the receiver; answers how many bytes that were. */
    private int deliver(Receiver by) {
        delivering = true;
        int bytes = 0;
        for (ByteBuf piece = inbox.next(); piece != null; piece = inbox.next()) {
            bytes += piece.readableBytes();
            by.responseBody(piece);
        }
        delivering = false;
        Fields trailers = inbox.trailers();
        if (receiver != null && trailers != null) {
            receiver = null;
            by.responseEnd(trailers);
            if (webSocket) {
                end(Fields.NONE);
                part();
            } else {
                // An answer may be complete before its request: the rest is of no use (RFC 9113 section 8.1), also what
                // was written and waits for the host to want it.
                Http2Stream own = stream;
                boolean sent = requestEnded && (own == null || !link.stalled(own));
                leave(sent ? null : Http2Error.CANCEL);
            }
        }
        return bytes;
    }

    @Override
    public void pause() {
        listed = false;
        Receiver by = receiver;
        if (by != null && !paused && !by.responsePause()) {
            paused = true;
        }
    }

    @Override
    public void reset(long errorCode) {
        broken(errorCode == Http2Error.REFUSED_STREAM.code() ? Break.NOT_BEGUN : Break.RESET);
    }

    @Override
    public void endWritten() {
        // The answer may take as long as it is allowed to.
    }

    @Override
    public void closed() {
        if (parting != null) {
            leave(null);
        }
        broken(Break.CLOSED);
        giveBack();
        link.closeWhenUnused();
    }

    /** The host's side ended before its answer was complete. */
    void broken(Break how) {
        Receiver by = receiver;
        if (by == null || inbox.trailers() != null) {
            // The whole answer has come, and waits for the client: what the host does then cannot take it back.
            return;
        }
        leave(
                switch (how) {
                    case BROKE_THE_RULES -> Http2Error.PROTOCOL_ERROR;
                    case HEADER_TOO_LARGE -> Http2Error.CANCEL;
                    case CLOSED, RESET, NOT_BEGUN, NO_WEB_SOCKET -> null;
                });
        by.broken(how);
    }

    /** Both sides of a WebSocket are to end by END_STREAM; ours has, after what was sent before it. */
    private void part() {
        Http2Stream left = stream;
        receiver = null;
        inbox.clear();
        if (left == null || Http2Link.closed(left)) {
            leave(null);
        } else if (parting == null) {
            parting = Deadlines.of(link.loop()).create(() -> leave(Http2Error.CANCEL));
            parting.in(LAST_WORDS);
        }
    }

    private void leave(@Nullable Http2Error reset) {
        receiver = null;
        inbox.clear();
        if (parting != null) {
            parting.drop();
            parting = null;
        }
        Http2Stream left = stream;
        stream = null;
        if (left == null) {
            if (!ending) {
                giveBack();
            }
            return;
        }
        ending = true;
        if (Http2Link.closed(left)) {
            giveBack();
        } else if (reset != null) {
            link.reset(left, reset);
        }
    }

    /** Not before the codec has seen the end as well: until then the stream counts, and there may be no room for another one. */
    private void giveBack() {
        Connection used = connection;
        connection = null;
        if (used != null) {
            used.release();
        }
    }
}
