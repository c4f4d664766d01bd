package dev.phigate.balancer.http.http2;

import dev.phigate.balancer.http.hop.Hops;
import dev.phigate.balancer.http.message.BodyLength;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Grammar;
import dev.phigate.balancer.http.message.Malformed;
import dev.phigate.balancer.http.message.Names;
import dev.phigate.balancer.http.message.Refusal;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.message.RequestRules;
import dev.phigate.balancer.http.message.Response;
import dev.phigate.balancer.http.policy.HttpConfig;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the heads and trailers of HTTP/2 must be (RFC 9113 section 8), so that they have one meaning only as HTTP/1.1. */
final class Http2Rules {
    private static final AsciiString HTTPS = AsciiString.cached("https");
    private static final AsciiString WEB_SOCKET_VERSION = AsciiString.cached("13");
    private static final AsciiString GET = AsciiString.cached("GET");

    private Http2Rules() {}

    /**
     * Reads the head of a request.
     *
     * @param headers the decoded header list
     * @param ended whether no body follows
     * @param limits the listener's limits
     */
    static Request read(Http2Headers headers, boolean ended, HttpConfig limits) throws Malformed {
        Fields fields = new Fields();
        if (fields(headers, fields) > limits.largestHeader()) {
            throw new Malformed(new Refusal.HeaderTooLarge());
        }
        AsciiString method = pseudo(headers.method());
        boolean webSocket = webSocket(headers, method, fields, ended);
        if (method.contentEquals("CONNECT") && !webSocket) {
            throw new Malformed(new Refusal.MethodNotServed());
        }
        AsciiString target = pseudo(headers.path());
        if (!pseudo(headers.scheme()).contentEqualsIgnoreCase(HTTPS)) {
            throw malformed("scheme");
        }
        if (target.length() > limits.longestUrl()) {
            throw new Malformed(new Refusal.TargetTooLong());
        }
        AsciiString authority = authority(headers.authority(), fields);
        long length = webSocket ? BodyLength.TUNNEL : length(fields, ended);
        return RequestRules.check(new Request(webSocket ? GET : method, target, authority, fields, length, true, true));
    }

    /** Whether this is a WebSocket's beginning (RFC 8441). */
    private static boolean webSocket(Http2Headers headers, AsciiString method, Fields fields, boolean ended)
            throws Malformed {
        CharSequence protocol = headers.get(Http2Headers.PseudoHeaderName.PROTOCOL.value());
        if (protocol == null) {
            return false;
        }
        if (ended || !method.contentEquals("CONNECT")) {
            throw malformed("pseudo-header");
        }
        AsciiString version = fields.get(Names.SEC_WEBSOCKET_VERSION);
        if (!AsciiString.contentEquals(protocol, Names.WEBSOCKET)
                || version == null
                || !version.contentEquals(WEB_SOCKET_VERSION)
                || fields.count(Names.SEC_WEBSOCKET_VERSION) > 1) {
            throw new Malformed(new Refusal.UpgradeNotServed());
        }
        if (fields.has(Names.SEC_WEBSOCKET_KEY)) {
            // Ours proves to the host that it was asked by us; HTTP/2 has none.
            throw malformed("web-socket-key");
        }
        return true;
    }

    /** Reads the head of a host's answer. */
    static Response response(Http2Headers headers, boolean toHead, boolean ended) throws Malformed {
        AsciiString said = pseudo(headers.status());
        long status = said.length() == 3 ? Grammar.digits(said) : -1;
        if (status < 100 || status > 599 || status == 101) {
            throw new Malformed("status");
        }
        Fields fields = new Fields();
        fields(headers, fields);
        boolean bodiless = toHead || status < 200 || status == 204 || status == 304;
        AsciiString length = fields.get(Names.CONTENT_LENGTH);
        long bytes = length == null ? BodyLength.CHUNKED : Grammar.digits(length);
        if (length != null && (bytes < 0 || fields.count(Names.CONTENT_LENGTH) > 1)) {
            throw new Malformed("length");
        }
        if (length == null && ended && !bodiless) {
            bytes = 0;
        }
        return new Response((int) status, fields, status < 200 || status == 204 ? BodyLength.CHUNKED : bytes, bodiless);
    }

    /**
     * Reads a trailer section.
     *
     * @param headers the decoded header list
     * @param ofHost whether a host said it: those of gRPC say there what went wrong, and as it came, with a blank at its end
     */
    static Fields trailers(Http2Headers headers, boolean ofHost) throws Malformed {
        Fields trailers = new Fields();
        for (Map.Entry<CharSequence, CharSequence> entry : headers) {
            AsciiString name = AsciiString.of(entry.getKey());
            AsciiString value = AsciiString.of(entry.getValue());
            if (!Grammar.lowerName(name) || !(ofHost ? Grammar.value(value) : Grammar.exactValue(value))) {
                throw new Malformed("field-name");
            }
            trailers.add(name, value);
        }
        return Hops.trailers(trailers, Fields.NONE);
    }

    /** Reads all fields but the pseudo-headers; answers how large they are together. */
    private static long fields(Http2Headers headers, Fields fields) throws Malformed {
        AsciiString cookies = null;
        long size = 0;
        for (Map.Entry<CharSequence, CharSequence> entry : headers) {
            AsciiString name = AsciiString.of(entry.getKey());
            if (!name.isEmpty() && name.byteAt(0) == ':') {
                continue;
            }
            AsciiString value = AsciiString.of(entry.getValue());
            size += name.length() + value.length() + 4;
            check(name, value);
            if (name.length() == 6 && name.contentEquals(Names.COOKIE)) {
                // Cookies come in crumbs and go on as one field (RFC 9113 section 8.2.3).
                cookies = cookies == null ? value : cookies.concat("; ").concat(value);
            } else {
                if (fields.size() == Fields.MOST) {
                    throw new Malformed(new Refusal.HeaderTooLarge());
                }
                fields.add(name, value);
            }
        }
        if (cookies != null) {
            fields.add(Names.COOKIE, cookies);
        }
        return size;
    }

    private static Malformed malformed(String rule) {
        return new Malformed(new Refusal.MalformedStream(rule));
    }

    private static AsciiString pseudo(@Nullable CharSequence value) throws Malformed {
        if (value == null || value.isEmpty()) {
            throw malformed("pseudo-header");
        }
        return AsciiString.of(value);
    }

    private static void check(AsciiString name, AsciiString value) throws Malformed {
        if (!Grammar.lowerName(name)) {
            throw malformed("field-name");
        }
        if (ofConnection(name)
                || (name.length() == 2
                        && name.contentEquals(Names.TE)
                        && !value.contentEqualsIgnoreCase(Names.TRAILERS))) {
            throw malformed("connection-field");
        }
        if (!Grammar.exactValue(value)) {
            throw malformed("field-value");
        }
    }

    private static boolean ofConnection(AsciiString name) {
        return switch (name.length()) {
            case 7 -> name.contentEquals(Names.UPGRADE);
            case 10 -> name.contentEquals(Names.CONNECTION) || name.contentEquals(Names.KEEP_ALIVE);
            case 16 -> name.contentEquals("proxy-connection");
            case 17 -> name.contentEquals(Names.TRANSFER_ENCODING);
            default -> false;
        };
    }

    private static AsciiString authority(@Nullable CharSequence pseudo, Fields fields) throws Malformed {
        AsciiString host = fields.get(Names.HOST);
        if (fields.count(Names.HOST) > 1) {
            throw new Malformed("host");
        }
        AsciiString authority = pseudo == null ? host : AsciiString.of(pseudo);
        if (authority == null || authority.isEmpty()) {
            throw new Malformed("host");
        }
        if (host != null && !host.contentEqualsIgnoreCase(authority)) {
            throw new Malformed("host-differs-from-target");
        }
        return authority;
    }

    private static long length(Fields fields, boolean ended) throws Malformed {
        AsciiString said = fields.get(Names.CONTENT_LENGTH);
        if (said == null) {
            return ended ? 0 : BodyLength.CHUNKED;
        }
        long length = fields.count(Names.CONTENT_LENGTH) > 1 ? -1 : Grammar.digits(said);
        if (length < 0 || (ended && length > 0)) {
            throw malformed("content-length");
        }
        return length;
    }
}
