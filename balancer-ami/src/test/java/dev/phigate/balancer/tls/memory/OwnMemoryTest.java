package dev.phigate.balancer.tls.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Records that the JDK's engine is to decrypt share memory with nothing else, for it writes over what is around them. */
@Tag("B10")
final class OwnMemoryTest {
    private static final int BLOCK = 4096;
    private static final int FROM = 2000;
    private static final int LENGTH = 100;

    /** A block that connections share, full of what others are sending. */
    private final ByteBuf block = Unpooled.directBuffer(BLOCK, BLOCK);

    private ByteBuf record() {
        while (block.isWritable()) {
            block.writeByte('x');
        }
        return block.retainedSlice(FROM, LENGTH);
    }

    private static void decrypt(ByteBuffer record) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(new byte[32], "AES"),
                new GCMParameterSpec(Byte.SIZE * 16, new byte[12]));
        // As the engine does it: in place.
        cipher.doFinal(record.duplicate(), record);
    }

    @Test
    void aForgedRecordLeavesTheRestOfItsBlockAlone() {
        ByteBuf own = OwnMemory.INSTANCE.cumulate(ByteBufAllocator.DEFAULT, Unpooled.EMPTY_BUFFER, record());
        try {
            ByteBuffer given = own.nioBuffer();
            assertThatThrownBy(() -> decrypt(given)).isInstanceOf(AEADBadTagException.class);
            for (int i = 0; i < BLOCK; i++) {
                assertThat(block.getByte(i)).as("byte " + i).isEqualTo((byte) 'x');
            }
        } finally {
            own.release();
            assertThat(block.release()).as("the slice was released").isTrue();
        }
    }

    @Test
    void whatComesLaterFollowsInAnArrayAsWell() {
        ByteBuf own = OwnMemory.INSTANCE.cumulate(ByteBufAllocator.DEFAULT, Unpooled.EMPTY_BUFFER, record());
        own.skipBytes(LENGTH - 1);
        for (int i = 0; i < 3; i++) {
            own = OwnMemory.INSTANCE.cumulate(ByteBufAllocator.DEFAULT, own, block.retainedSlice(i, LENGTH));
            assertThat(own.hasArray()).isTrue();
        }
        assertThat(own.readableBytes()).isEqualTo(1 + 3 * LENGTH);
        assertThat(own.release()).isTrue();
        assertThat(block.release()).as("the slices were released").isTrue();
    }
}
