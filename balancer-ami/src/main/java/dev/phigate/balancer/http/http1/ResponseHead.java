package dev.phigate.balancer.http.http1;

import dev.phigate.balancer.http.message.BodyLength;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Grammar;
import dev.phigate.balancer.http.message.Malformed;
import dev.phigate.balancer.http.message.Names;
import dev.phigate.balancer.http.message.Response;
import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * The head of a host's answer, read strictly (RFC 9112 sections 4 and 6.3).
 *
 * @param status the status
 * @param fields all fields
 * @param bodyLength how the body's end is found
 * @param keepAlive whether the connection may be used again
 * @param response the same for the client; only for final responses
 */
record ResponseHead(int status, Fields fields, long bodyLength, boolean keepAlive, Response response) {
    private static final AsciiString HTTP_1_1 = AsciiString.cached("HTTP/1.1");
    private static final AsciiString HTTP_1_0 = AsciiString.cached("HTTP/1.0");
    private static final int SWITCHING_PROTOCOLS = 101;

    boolean interim() {
        return status < 200 && status != SWITCHING_PROTOCOLS;
    }

    /**
     * Reads a head.
     *
     * @param in the bytes, from the status line on
     * @param length how many of them are the head
     * @param toHead whether it answers a HEAD request
     * @param accept what agrees to the WebSocket that was asked for; null when none was
     */
    static ResponseHead read(ByteBuf in, int length, boolean toHead, @Nullable AsciiString accept) throws Malformed {
        HeadBlock block = new HeadBlock(in, length);
        AsciiString version = block.word();
        boolean http11 = version.contentEquals(HTTP_1_1);
        if (!http11 && !version.contentEquals(HTTP_1_0)) {
            throw new Malformed("version");
        }
        int status = status(block.restOfLine());
        Fields fields = block.fields();
        if (status == SWITCHING_PROTOCOLS) {
            return switched(fields, accept);
        }
        boolean bodiless = toHead || status < 200 || status == 204 || status == 304;
        int codings = fields.count(Names.TRANSFER_ENCODING);
        int lengths = fields.count(Names.CONTENT_LENGTH);
        if ((codings > 0 && lengths > 0) || codings > 1 || lengths > 1) {
            throw new Malformed("length");
        }
        AsciiString coding = fields.get(Names.TRANSFER_ENCODING);
        AsciiString said = fields.get(Names.CONTENT_LENGTH);
        long contentLength = said == null ? BodyLength.CHUNKED : Grammar.digits(said);
        if ((said != null && contentLength < 0)
                || (coding != null && (!http11 || !coding.contentEqualsIgnoreCase(Names.CHUNKED)))) {
            throw new Malformed("length");
        }
        long bodyLength;
        if (bodiless) {
            bodyLength = 0;
        } else if (coding != null) {
            bodyLength = BodyLength.CHUNKED;
        } else {
            bodyLength = said == null ? BodyLength.UNTIL_CLOSE : contentLength;
        }
        boolean keepAlive = http11 && !fields.lists(Names.CONNECTION, Names.CLOSE);
        long toClient = status == 204 || status < 200 ? BodyLength.CHUNKED : contentLength;
        return new ResponseHead(
                status, fields, bodyLength, keepAlive, new Response(status, fields, toClient, bodiless));
    }

    /** The host agrees to a WebSocket, provably to this one (RFC 6455 section 4.2.2). */
    private static ResponseHead switched(Fields fields, @Nullable AsciiString accept) throws Malformed {
        AsciiString upgrade = fields.get(Names.UPGRADE);
        AsciiString accepted = fields.get(Names.SEC_WEBSOCKET_ACCEPT);
        if (accept == null
                || upgrade == null
                || !upgrade.contentEqualsIgnoreCase(Names.WEBSOCKET)
                || !fields.lists(Names.CONNECTION, Names.UPGRADE)
                || !accept.equals(accepted)) {
            throw new Malformed("web-socket");
        }
        Response response = new Response(SWITCHING_PROTOCOLS, fields, BodyLength.TUNNEL, false);
        return new ResponseHead(SWITCHING_PROTOCOLS, fields, BodyLength.UNTIL_CLOSE, false, response);
    }

    private static int status(AsciiString rest) throws Malformed {
        if (rest.length() < 3 || (rest.length() > 3 && rest.charAt(3) != ' ')) {
            throw new Malformed("status");
        }
        long status = Grammar.digits(rest.subSequence(0, 3, false));
        if (status < 100 || status > 599) {
            throw new Malformed("status");
        }
        return (int) status;
    }
}
