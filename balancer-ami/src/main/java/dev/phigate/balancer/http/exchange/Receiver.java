package dev.phigate.balancer.http.exchange;

import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Response;
import io.netty.buffer.ByteBuf;

/** Who sent a request to a host and is told what it answers, on its event loop. */
public interface Receiver {
    /** The host sent an interim response. */
    void informed(int interim, Fields fields);

    /** The host began its final response. */
    void responded(Response response);

    /** The host sent a piece of the body, which is the receiver's from here on. */
    void responseBody(ByteBuf piece);

    /** The host has sent all it had for now. Answers whether it may send more. */
    boolean responsePause();

    /** The answer is complete. */
    void responseEnd(Fields trailers);

    /** The connection to the host ended or broke the rules before the answer was complete. */
    void broken(Break how);

    /** The host takes more of the request. */
    void backWritable();
}
