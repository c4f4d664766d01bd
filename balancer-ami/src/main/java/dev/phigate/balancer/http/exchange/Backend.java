package dev.phigate.balancer.http.exchange;

import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.upstream.Connection;
import io.netty.buffer.ByteBuf;

/**
 * The host's side of one exchange, whatever protocol it is spoken to in. Used on the exchange's event loop only. A request is
 * {@link #begin}, and unless its length is 0 any number of {@link #body}, then {@link #end}; nothing of a body need reach
 * the socket before {@link #flush} or {@link #end}.
 */
public interface Backend {
    /** Sends the head of a request; without a body it is complete with that. The receiver is told what the host answers. */
    void begin(Receiver by, Connection on, Request request, Fields fields);

    /** Goes on with the body. The piece is the host's from here on. */
    void body(ByteBuf piece);

    /** Ends the request, or the client's side of a WebSocket; what was sent of either still reaches the host. */
    void end(Fields trailers);

    /** Hands what there is to the socket. */
    void flush();

    /** Whether more of the request is welcome now. When not, {@link Receiver#backWritable} will say when it is. */
    boolean writable();

    /** Goes on reading after {@link Receiver#responsePause} asked for a pause. */
    void resume();

    /** The exchange ended otherwise, or a WebSocket after its {@link #end}; whatever the host still says is of no use. */
    void abandon();
}
