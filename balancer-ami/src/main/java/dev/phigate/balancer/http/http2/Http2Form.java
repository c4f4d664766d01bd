package dev.phigate.balancer.http.http2;

import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Names;
import dev.phigate.balancer.http.message.Request;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;

/** How heads and trailers are written as HTTP/2: names in lower case, what stands in the start line of HTTP/1.1 before them. */
final class Http2Form {
    private static final AsciiString HTTPS = AsciiString.cached("https");
    private static final AsciiString CONNECT = AsciiString.cached("CONNECT");

    private Http2Form() {}

    /** The head of a response; a length below 0 is not said. */
    static Http2Headers response(int status, Fields fields, long length) {
        return ReadOnlyHttp2Headers.serverHeaders(
                false, HttpResponseStatus.valueOf(status).codeAsText(), pairs(fields, length));
    }

    /**
     * The head of a request; the fields are those of HTTP/1.1, of which some say here nothing or something else. A WebSocket is
     * asked for by an extended CONNECT (RFC 8441 section 4).
     */
    static Http2Headers request(Request request, Fields fields) {
        Fields rest = new Fields();
        if (request.webSocket()) {
            // Before all other fields, as every pseudo-header is (RFC 9113 section 8.3).
            rest.add(Http2Headers.PseudoHeaderName.PROTOCOL.value(), Names.WEBSOCKET);
        }
        for (int i = 0; i < fields.size(); i++) {
            if (!ofHttp1(fields.name(i))) {
                rest.add(fields.name(i), fields.value(i));
            }
        }
        boolean said = request.length() > 0
                || (request.length() == 0 && request.fields().has(Names.CONTENT_LENGTH));
        return ReadOnlyHttp2Headers.clientHeaders(
                false,
                request.webSocket() ? CONNECT : request.method(),
                request.target(),
                HTTPS,
                request.authority(),
                pairs(rest, said ? request.length() : -1));
    }

    private static boolean ofHttp1(AsciiString name) {
        return switch (name.length()) {
            case 4 -> name.contentEqualsIgnoreCase(Names.HOST);
            case 7 -> name.contentEqualsIgnoreCase(Names.UPGRADE);
            case 10 -> name.contentEqualsIgnoreCase(Names.CONNECTION);
            case 17 -> name.contentEqualsIgnoreCase(Names.SEC_WEBSOCKET_KEY);
            default -> false;
        };
    }

    static Http2Headers trailers(Fields fields) {
        return ReadOnlyHttp2Headers.trailers(false, pairs(fields, -1));
    }

    private static AsciiString[] pairs(Fields fields, long length) {
        AsciiString[] pairs = new AsciiString[2 * (fields.size() + (length < 0 ? 0 : 1))];
        for (int i = 0; i < fields.size(); i++) {
            pairs[2 * i] = fields.name(i).toLowerCase();
            pairs[2 * i + 1] = fields.value(i);
        }
        if (length >= 0) {
            pairs[pairs.length - 2] = Names.CONTENT_LENGTH;
            pairs[pairs.length - 1] = new AsciiString(Long.toString(length));
        }
        return pairs;
    }
}
