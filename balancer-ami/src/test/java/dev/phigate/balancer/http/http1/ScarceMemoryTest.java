package dev.phigate.balancer.http.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.balancer.bench.ScarceAllocator;
import dev.phigate.balancer.http.message.BodyLength;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.message.Response;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where a buffer cannot be had, nothing is lost beside it: otherwise a shortage of memory would feed itself. */
@Tag("B10")
final class ScarceMemoryTest {
    private static final int SMALL = 100;
    private static final int LARGE = 10_000;

    @Test
    void whicheverBufferOfAnAnswerCannotBeHadNothingOfItIsKept() {
        int buffers = each(ctx -> {
            Http1Answer answer = new Http1Answer();
            answer.begin(Request.UNREADABLE);
            Queue<ByteBuf> pieces = pieces(SMALL, LARGE, SMALL, LARGE);
            try {
                answer.respond(ctx, new Response(200, Fields.NONE, BodyLength.CHUNKED, false), true);
                while (!pieces.isEmpty()) {
                    answer.flush(ctx);
                    answer.body(ctx, pieces.remove());
                }
                answer.finish(ctx, Fields.NONE);
            } finally {
                answer.takeBack();
                pieces.forEach(ByteBuf::release);
            }
        });
        assertThat(buffers).isGreaterThan(4);
    }

    @Test
    void whicheverBufferOfARequestCannotBeHadNothingOfItIsKept() {
        int buffers = each(ctx -> {
            Queue<ByteBuf> pieces = pieces(SMALL, LARGE);
            try {
                while (!pieces.isEmpty()) {
                    Http1Form.chunk(ctx, pieces.remove());
                }
            } finally {
                pieces.forEach(ByteBuf::release);
            }
        });
        assertThat(buffers).isGreaterThanOrEqualTo(2);
    }

    @Test
    void whatCannotBeAddedToWhatIsUnreadIsNotKept() {
        ByteBuf unread = Unpooled.buffer().writeZero(SMALL);
        ByteBuf more = Unpooled.buffer().writeZero(SMALL);
        assertThatThrownBy(() -> Http1Form.append(new ScarceAllocator(1), unread, more))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(more.refCnt()).isZero();
        // Who holds it still does, and gives it back when the connection ends.
        assertThat(unread.release()).isTrue();
    }

    private final Queue<ByteBuf> handed = new ArrayDeque<>();

    private Queue<ByteBuf> pieces(int... sizes) {
        Queue<ByteBuf> pieces = new ArrayDeque<>();
        for (int size : sizes) {
            pieces.add(Unpooled.buffer().writeZero(size));
        }
        handed.addAll(pieces);
        return pieces;
    }

    private int each(Consumer<ChannelHandlerContext> what) {
        return ScarceAllocator.each(what, refused -> {
            assertThat(List.copyOf(handed))
                    .as("pieces without buffer %d", refused)
                    .allMatch(piece -> piece.refCnt() == 0);
            handed.clear();
        });
    }
}
