package dev.phigate.audit.query;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/**
 * A text that is looked for in bytes, by the algorithm of Boyer, Moore and Horspool: of a text of 32 bytes, such as a session's id,
 * about every thirtieth byte is looked at. Nothing changes in it; any thread.
 */
final class Needle {
    private final byte[] text;
    private final int[] skip = new int[256];

    Needle(byte[] text) {
        this.text = text.clone();
        Arrays.fill(skip, text.length);
        for (int i = 0; i < text.length - 1; i++) {
            skip[text[i] & 0xff] = text.length - 1 - i;
        }
    }

    /** Whether it stands in a range; an empty text stands everywhere. */
    boolean isIn(byte[] bytes, int from, int to) {
        int last = text.length - 1;
        if (last < 0) {
            return true;
        }
        int at = from + last;
        while (at < to) {
            int i = 0;
            while (i <= last && bytes[at - i] == text[last - i]) {
                i++;
            }
            if (i > last) {
                return true;
            }
            at += skip[bytes[at] & 0xff];
        }
        return false;
    }

    /** Whether it stands in a file as it is at the moment. The buffer is overwritten; it must be larger than the text. */
    boolean isIn(FileChannel file, byte[] buffer) throws IOException {
        int kept = 0;
        while (true) {
            int count = file.read(ByteBuffer.wrap(buffer, kept, buffer.length - kept));
            if (count < 0) {
                return text.length == 0;
            }
            int filled = kept + count;
            if (isIn(buffer, 0, filled)) {
                return true;
            }
            // The text may begin here and end in the next part.
            kept = Math.min(filled, Math.max(0, text.length - 1));
            System.arraycopy(buffer, filled - kept, buffer, 0, kept);
        }
    }
}
