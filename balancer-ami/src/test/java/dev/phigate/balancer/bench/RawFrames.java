package dev.phigate.balancer.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Frames of HTTP/2 as bytes, whatever they say (RFC 9113 section 4.1). */
public final class RawFrames {
    public static final int END_STREAM = 1;
    public static final int END_HEADERS = 4;
    public static final int PADDED = 8;

    private RawFrames() {}

    /** A frame whose payload is written as numbers. */
    public static byte[] frame(int type, int flags, int stream, int... payload) {
        byte[] bytes = new byte[payload.length];
        for (int i = 0; i < payload.length; i++) {
            bytes[i] = (byte) payload[i];
        }
        return frame(type, flags, stream, bytes);
    }

    /** A frame. */
    public static byte[] frame(int type, int flags, int stream, byte[] payload) {
        ByteBuf frame = Unpooled.buffer().writeMedium(payload.length).writeByte(type);
        frame.writeByte(flags).writeInt(stream).writeBytes(payload);
        return Arrays.copyOf(frame.array(), frame.writerIndex());
    }

    /** Adds a field to a header block, as a literal that is not indexed. */
    public static void literal(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        for (String one : List.of(name, value)) {
            block.write(one.length());
            block.writeBytes(one.getBytes(StandardCharsets.ISO_8859_1));
        }
    }
}
