package dev.phigate.balancer.http.http1;

import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Malformed;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.message.Scheme;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/**
 * Fuzz target: a request over HTTP/1.1, head and body. However its bytes are cut on the way, it is the same request, or refused for the same
 * reason; and its fields, written again as they are forwarded, are read as the same fields.
 */
public final class RequestFuzz {
    private static final int LONGEST_TARGET = 2048;

    private RequestFuzz() {}

    /** One input: how large the pieces are, then the request. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2) {
            return;
        }
        int piece = 1 + (input[0] & 0x3f);
        String whole = outcome(input, input.length);
        String inPieces = outcome(input, piece);
        if (!whole.equals(inPieces)) {
            throw new IllegalStateException("whole: " + whole + "\nin pieces of " + piece + ": " + inPieces);
        }
    }

    private static String outcome(byte[] input, int piece) {
        ByteBuf in = Unpooled.buffer(input.length);
        StringBuilder seen = new StringBuilder();
        Request request = null;
        BodyReader body = null;
        int looked = 0;
        try {
            for (int at = 1; at < input.length; at += piece) {
                in.writeBytes(input, at, Math.min(piece, input.length - at));
                if (request == null) {
                    int end = HeadBlock.end(in, looked);
                    looked = Math.max(in.readerIndex(), in.writerIndex() - 3);
                    if (end < 0) {
                        continue;
                    }
                    request = RequestHead.read(in, end - in.readerIndex(), LONGEST_TARGET, Scheme.HTTPS);
                    seen.append(request.target()).append(' ').append(text(request.fields()));
                    sameAgain(request.fields());
                    body = new BodyReader(request.webSocket() ? 0 : request.length());
                }
                if (body != null) {
                    body.read(in, part -> {
                        seen.append(part.toString(StandardCharsets.ISO_8859_1));
                        part.release();
                    });
                }
            }
            return body != null && body.ended()
                    ? seen + " ended " + text(body.trailers()) + in.readableBytes()
                    : seen + " goes on";
        } catch (Malformed e) {
            return "malformed " + e.getMessage();
        } finally {
            in.release();
        }
    }

    private static void sameAgain(Fields fields) throws Malformed {
        ByteBuf out = Unpooled.buffer();
        Http1Form.fields(out, fields);
        Http1Form.endOfFields(out);
        String again = text(new HeadBlock(out, out.readableBytes()).fields());
        out.release();
        if (!again.equals(text(fields))) {
            throw new IllegalStateException("forwarded as " + again + " instead of " + text(fields));
        }
    }

    static String text(Fields fields) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < fields.size(); i++) {
            text.append(lower(fields.name(i)))
                    .append('=')
                    .append(fields.value(i))
                    .append('|');
        }
        return text.toString();
    }

    private static AsciiString lower(AsciiString name) {
        return name.toLowerCase();
    }
}
