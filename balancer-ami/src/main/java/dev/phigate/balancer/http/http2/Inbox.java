package dev.phigate.balancer.http.http2;

import dev.phigate.balancer.http.message.Fields;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What came on a stream and was not asked for yet; never more than the stream's window. */
final class Inbox {
    private @Nullable Deque<ByteBuf> pieces;
    private @Nullable Fields trailers;

    /**
     * Keeps a piece of a body.
     *
     * @param piece the piece, of which the caller keeps its own reference
     * @param ended the trailers when it is the last
     */
    void add(ByteBuf piece, @Nullable Fields ended) {
        if (piece.isReadable()) {
            if (pieces == null) {
                pieces = new ArrayDeque<>(4);
            }
            pieces.add(piece.retain());
        }
        if (ended != null) {
            trailers = ended;
        }
    }

    void end(Fields ended) {
        trailers = ended;
    }

    /** The next piece, which is the caller's from here on; null when there is none. */
    @Nullable
    ByteBuf next() {
        return pieces == null ? null : pieces.poll();
    }

    /** The trailers once the end has come. */
    @Nullable
    Fields trailers() {
        return trailers;
    }

    void clear() {
        for (ByteBuf piece = next(); piece != null; piece = next()) {
            piece.release();
        }
    }
}
