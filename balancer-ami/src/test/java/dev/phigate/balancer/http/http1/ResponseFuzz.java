package dev.phigate.balancer.http.http1;

import dev.phigate.balancer.http.message.BodyLength;
import dev.phigate.balancer.http.message.Malformed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Fuzz target: the head of a host's answer, which is read or refused, and never has two lengths. */
public final class ResponseFuzz {
    private ResponseFuzz() {}

    /** One input: whether HEAD is answered, then the answer. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        ByteBuf in = Unpooled.wrappedBuffer(input).skipBytes(1);
        int end = HeadBlock.end(in, in.readerIndex());
        if (end < 0) {
            return;
        }
        try {
            ResponseHead head = ResponseHead.read(in, end - in.readerIndex(), input[0] == 1, null);
            if (head.status() == 101 || head.status() > 599 || head.bodyLength() < BodyLength.UNTIL_CLOSE) {
                throw new IllegalStateException("read as " + head);
            }
            if (in.readerIndex() != end) {
                throw new IllegalStateException("read up to " + in.readerIndex() + " of " + end);
            }
        } catch (Malformed e) {
            // Refused, as it may be.
            return;
        }
    }
}
