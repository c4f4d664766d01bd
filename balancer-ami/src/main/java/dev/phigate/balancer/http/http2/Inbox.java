package dev.phigate.balancer.http.http2;

import dev.phigate.balancer.http.message.Fields;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What came on a stream and was not asked for yet; never more than the stream's window. Small pieces that wait behind others are
 * gathered: each would cost many times its size, and keep all that came with it in one record.
 */
final class Inbox {
    private static final int SMALL = 2048;
    private static final int GATHERED = 2 * SMALL;

    private @Nullable Deque<ByteBuf> pieces;
    /** The last of the pieces, where it is our own and may have room. */
    private @Nullable ByteBuf gathering;

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
            if (pieces.isEmpty() || piece.readableBytes() > SMALL) {
                gathering = null;
                pieces.add(piece.retain());
            } else {
                gather(piece, pieces);
            }
        }
        if (ended != null) {
            trailers = ended;
        }
    }

    private void gather(ByteBuf piece, Deque<ByteBuf> into) {
        ByteBuf own = gathering;
        if (own == null || own.maxWritableBytes() < piece.readableBytes()) {
            own = piece.alloc().buffer(GATHERED, GATHERED);
            gathering = own;
            into.add(own);
        }
        own.writeBytes(piece, piece.readerIndex(), piece.readableBytes());
    }

    void end(Fields ended) {
        trailers = ended;
    }

    /** The next piece, which is the caller's from here on; null when there is none. */
    @Nullable
    ByteBuf next() {
        ByteBuf first = pieces == null ? null : pieces.poll();
        if (pieces == null || pieces.isEmpty()) {
            gathering = null;
        }
        return first;
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
