package dev.phigate.balancer.http.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.http.message.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What waits of a request's body costs little more than its size, however small the pieces are that it comes in. */
@Tag("B10")
@Tag("B13")
final class InboxTest {
    private static final int WINDOW = 64 * 1024;
    private static final int RECORD = 16 * 1024;

    private final Inbox inbox = new Inbox();

    /** Adds a piece as the codec does: a part of a record, which the codec lets go of afterwards. */
    private ByteBuf add(int from, int size) {
        ByteBuf record = Unpooled.buffer(RECORD);
        for (int i = 0; i < size; i++) {
            record.writeByte(from + i);
        }
        inbox.add(record.readSlice(size), null);
        record.release();
        return record;
    }

    @Test
    void piecesOfOneByteAreGatheredAndTheirRecordsLetGo() {
        int kept = 0;
        for (int i = 0; i < WINDOW; i++) {
            kept += add(i, 1).refCnt();
        }
        assertThat(kept).as("records that are kept").isEqualTo(1);
        int pieces = 0;
        int at = 0;
        for (ByteBuf piece = inbox.next(); piece != null; piece = inbox.next()) {
            pieces++;
            while (piece.isReadable()) {
                assertThat(piece.readByte()).isEqualTo((byte) at++);
            }
            assertThat(piece.release()).isTrue();
        }
        assertThat(at).isEqualTo(WINDOW);
        assertThat(pieces).isLessThan(WINDOW / 1024);
    }

    @Test
    void whateverTheSizesAndWheneverItIsAskedForNothingIsLostOrSwapped() {
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        int sent = 0;
        for (int i = 0; i < 400; i++) {
            int size = 1 + Math.floorMod(i * 37, 5000);
            add(sent, size);
            sent += size;
            if (i % 7 == 3) {
                take(seen);
            }
        }
        inbox.end(Fields.NONE);
        while (take(seen)) {
            // All that is left.
        }
        byte[] bytes = seen.toByteArray();
        assertThat(bytes).hasSize(sent);
        for (int i = 0; i < sent; i++) {
            assertThat(bytes[i]).isEqualTo((byte) i);
        }
    }

    private boolean take(ByteArrayOutputStream seen) {
        ByteBuf piece = inbox.next();
        if (piece == null) {
            return false;
        }
        byte[] bytes = new byte[piece.readableBytes()];
        piece.readBytes(bytes);
        piece.release();
        seen.writeBytes(bytes);
        return true;
    }

    @Test
    void whatIsNotAskedForAnyMoreIsLetGo() {
        ByteBuf first = add(0, 10);
        ByteBuf large = add(10, 4000);
        add(20, 10);
        inbox.clear();
        assertThat(first.refCnt()).isZero();
        assertThat(large.refCnt()).isZero();
        assertThat(inbox.next()).isNull();
    }
}
