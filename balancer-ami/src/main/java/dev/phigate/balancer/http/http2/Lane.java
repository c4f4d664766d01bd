package dev.phigate.balancer.http.http2;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;

/** What we know of one stream, and tell of it to one side of an exchange. */
interface Lane {
    /** A head or a trailer section came. */
    void headers(Http2Headers headers, boolean ended);

    /**
     * A piece of the body came.
     *
     * @return how many of its bytes need no more room
     */
    int data(ByteBuf piece, boolean ended);

    /** All that one read brought has been told. */
    void pause();

    /** The other side allows more to be sent, or nothing any more. */
    void writabilityChanged();

    /** The other side gave the stream up. */
    void reset(long errorCode);

    /** Our side of the stream was ended, its other side was not. */
    void endWritten();

    /** The stream is over, whoever ended it. */
    void closed();
}
