package dev.phigate.balancer.http.hop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Follows the frames of one direction of a WebSocket (RFC 6455 section 5.2) without changing them, so that what passes is a
 * WebSocket and nothing else, and no frame is larger than allowed.
 */
public final class WebSocketFrames {
    private static final int LONGEST_HEAD = 14;
    private static final int CONTROL = 0x8;
    private static final int LARGEST_CONTROL = 125;
    private static final byte[] GOING_AWAY = {(byte) 0x88, 2, 0x03, (byte) 0xe9};

    private final boolean masked;
    private final long largest;
    private final byte[] head = new byte[LONGEST_HEAD];
    private int read;
    private long left;
    private long messages;

    /**
     * Frames of which none has come.
     *
     * @param masked whether they must be masked: those of clients must, those of hosts must not
     * @param largest the largest payload in bytes
     */
    public WebSocketFrames(boolean masked, long largest) {
        this.masked = masked;
        this.largest = largest;
    }

    /** Looks at the next bytes; answers whether they are as they must be. */
    public boolean good(ByteBuf bytes) {
        int at = bytes.readerIndex();
        int end = bytes.writerIndex();
        while (at < end) {
            if (left > 0) {
                long skipped = Math.min(left, end - at);
                left -= skipped;
                at += (int) skipped;
                continue;
            }
            head[read++] = bytes.getByte(at++);
            if (read == 2 && !begins()) {
                return false;
            }
            if (read >= 2 && read == headLength()) {
                left = length();
                read = 0;
                if (left < 0 || left > largest) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean begins() {
        int opcode = head[0] & 0x0f;
        boolean control = (opcode & CONTROL) != 0;
        boolean known = opcode <= 2 || (opcode >= 8 && opcode <= 10);
        boolean whole = !control || (head[0] < 0 && (head[1] & 0x7f) <= LARGEST_CONTROL);
        messages += control ? 0 : 1;
        return known && whole && (head[1] < 0) == masked;
    }

    /** How many frames have begun that carry messages. */
    long messages() {
        return messages;
    }

    private int headLength() {
        int said = head[1] & 0x7f;
        return 2 + (said == 126 ? 2 : said == 127 ? 8 : 0) + (masked ? 4 : 0);
    }

    private long length() {
        int said = head[1] & 0x7f;
        int bytes = said == 126 ? 2 : said == 127 ? 8 : 0;
        long length = bytes == 0 ? said : 0;
        for (int i = 0; i < bytes; i++) {
            length = (length << 8) | (head[2 + i] & 0xff);
        }
        return length;
    }

    /** Whether a frame of ours may stand here: none has come in part. */
    public boolean betweenFrames() {
        return read == 0 && left == 0;
    }

    /** The frame by which a server says that it ends the connection (1001). */
    public static ByteBuf goingAway() {
        return Unpooled.wrappedBuffer(GOING_AWAY);
    }
}
