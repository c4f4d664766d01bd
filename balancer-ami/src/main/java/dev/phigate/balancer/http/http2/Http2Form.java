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

    private Http2Form() {}

    /** The head of a response; a length below 0 is not said. */
    static Http2Headers response(int status, Fields fields, long length) {
        return ReadOnlyHttp2Headers.serverHeaders(
                false, HttpResponseStatus.valueOf(status).codeAsText(), pairs(fields, length));
    }

    /** The head of a request; the fields are those of HTTP/1.1, of which two say here nothing or something else. */
    static Http2Headers request(Request request, Fields fields) {
        Fields rest = new Fields();
        for (int i = 0; i < fields.size(); i++) {
            AsciiString name = fields.name(i);
            if (!name.contentEqualsIgnoreCase(Names.HOST) && !name.contentEqualsIgnoreCase(Names.CONNECTION)) {
                rest.add(name, fields.value(i));
            }
        }
        boolean said = request.length() > 0
                || (request.length() == 0 && request.fields().has(Names.CONTENT_LENGTH));
        return ReadOnlyHttp2Headers.clientHeaders(
                false,
                request.method(),
                request.target(),
                HTTPS,
                request.authority(),
                pairs(rest, said ? request.length() : -1));
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
