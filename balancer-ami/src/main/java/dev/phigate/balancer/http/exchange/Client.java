package dev.phigate.balancer.http.exchange;

import dev.phigate.audit.fact.Protocol;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Response;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;

/**
 * The client's side of one exchange, the same for HTTP/1.1 and HTTP/2. Used on the connection's event loop only. A response
 * is {@link #respond}, any number of {@link #body}, {@link #finish}; nothing of it need reach the socket before {@link #flush}
 * or {@link #finish}.
 */
public interface Client {
    EventLoop loop();

    /** The protocol as records name it. */
    Protocol protocol();

    /** Says who is told what the client does from now on. */
    void carriedBy(Relay relay);

    /** Sends an interim response (1xx). */
    void inform(int status, Fields fields);

    /** Begins the final response. */
    void respond(Response response);

    /** Goes on with the body. The piece is the client's from here on. */
    void body(ByteBuf piece);

    /** Ends the response. The exchange is over. */
    void finish(Fields trailers);

    /** Hands what there is to the socket. */
    void flush();

    /** Whether more of the response is welcome now. When not, {@link Relay#clientWritable} will say when it is. */
    boolean writable();

    /** Asks for more of the request's body. */
    void pull();

    /** Takes that back: what comes waits for the next {@link #pull}, since nobody is there to take it. */
    void hold();

    /** Whether anything of the final response may have reached the socket. */
    boolean begun();

    /** Takes back a response that was begun but of which nothing may have reached the socket. */
    void takeBack();

    /** Breaks the response off so that the client notices. The exchange is over. */
    void abort();
}
