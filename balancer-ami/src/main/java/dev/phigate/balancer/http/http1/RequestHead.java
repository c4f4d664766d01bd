package dev.phigate.balancer.http.http1;

import dev.phigate.balancer.http.message.BodyLength;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Grammar;
import dev.phigate.balancer.http.message.Malformed;
import dev.phigate.balancer.http.message.Names;
import dev.phigate.balancer.http.message.Refusal;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.message.RequestRules;
import dev.phigate.balancer.http.message.Scheme;
import dev.phigate.balancer.http.policy.HttpConfig;
import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;

/** Reads the head of an HTTP/1 request, strictly (RFC 9112 sections 3 and 6). */
final class RequestHead {
    private static final AsciiString HTTP_1_1 = AsciiString.cached("HTTP/1.1");
    private static final AsciiString HTTP_1_0 = AsciiString.cached("HTTP/1.0");
    private static final AsciiString STAR = AsciiString.cached("*");

    private static final int KEY_LENGTH = 24;
    private static final int LONGEST_START_LINE_BESIDES = 64;

    /** How a ClientHello begins (RFC 8446 section 5.1), and no method. */
    private static final byte TLS_HANDSHAKE = 0x16;

    private RequestHead() {}

    /** Refuses what is longer than a head may be, or is none but a TLS record, also before all of it has come. */
    static void bound(ByteBuf in, int length, HttpConfig limits) throws Malformed {
        if (in.getByte(in.readerIndex()) == TLS_HANDSHAKE) {
            // It need not hold an end of lines to wait for, and its client waits for an answer.
            throw new Malformed("tls-record");
        }
        if (length > limits.largestHeader() + limits.longestUrl()) {
            int line = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n') - in.readerIndex();
            boolean inFirstLine = line < 0 || line > limits.longestUrl() + LONGEST_START_LINE_BESIDES;
            throw new Malformed(inFirstLine ? new Refusal.TargetTooLong() : new Refusal.HeaderTooLarge());
        }
    }

    /** Reads a head whose parts may each be as long as the limits say. */
    static Request read(ByteBuf in, int length, HttpConfig limits, Scheme scheme) throws Malformed {
        Request request = read(in, length, limits.longestUrl(), scheme);
        if (length - request.target().length() > limits.largestHeader()) {
            throw new Malformed(new Refusal.HeaderTooLarge());
        }
        return request;
    }

    /**
     * Reads a head.
     *
     * @param in the bytes, from the request line on
     * @param length how many of them are the head
     * @param longestTarget the limit of the request target
     * @param scheme what a target in absolute-form must be a URI of (RFC 9110 section 7.4)
     */
    static Request read(ByteBuf in, int length, long longestTarget, Scheme scheme) throws Malformed {
        HeadBlock block = new HeadBlock(in, length);
        AsciiString method = block.word();
        AsciiString target = block.word();
        AsciiString version = block.restOfLine();
        boolean http11 = version.contentEquals(HTTP_1_1);
        if (!http11 && !version.contentEquals(HTTP_1_0)) {
            throw new Malformed(
                    version.toString().matches("HTTP/\\d\\.\\d")
                            ? new Refusal.VersionUnknown()
                            : new Refusal.BadRequest("version"));
        }
        if (target.length() > longestTarget) {
            throw new Malformed(new Refusal.TargetTooLong());
        }
        Fields fields = block.fields();
        long body = length(fields, http11);
        if (body == 0 && http11 && fields.has(Names.UPGRADE) && webSocket(method, fields)) {
            body = BodyLength.TUNNEL;
        }
        AsciiString authority = authority(fields);
        if (!target.isEmpty() && target.charAt(0) != '/' && !target.contentEquals(STAR)) {
            int start = schemeEnd(target, method, scheme.beginning());
            int slash = pathStart(target, start);
            AsciiString named = target.subSequence(start, slash, false);
            if (!named.contentEqualsIgnoreCase(authority)) {
                throw new Malformed("host-differs-from-target");
            }
            authority = named;
            target = origin(target, slash, method);
        }
        boolean keepAlive = http11 && !fields.lists(Names.CONNECTION, Names.CLOSE);
        return RequestRules.check(new Request(method, target, authority, fields, body, keepAlive, http11));
    }

    /** Whether a request asks for a WebSocket, and does it right (RFC 6455 section 4.2.1). */
    private static boolean webSocket(AsciiString method, Fields fields) {
        AsciiString upgrade = fields.get(Names.UPGRADE);
        AsciiString key = fields.get(Names.SEC_WEBSOCKET_KEY);
        AsciiString version = fields.get(Names.SEC_WEBSOCKET_VERSION);
        return method.contentEquals("GET")
                && upgrade != null
                && fields.count(Names.UPGRADE) == 1
                && upgrade.contentEqualsIgnoreCase(Names.WEBSOCKET)
                && fields.lists(Names.CONNECTION, Names.UPGRADE)
                && key != null
                && sixteenBytes(key)
                && fields.count(Names.SEC_WEBSOCKET_KEY) == 1
                && version != null
                && fields.count(Names.SEC_WEBSOCKET_VERSION) == 1
                && version.contentEquals("13");
    }

    /** Whether a key is what base64 makes of 16 bytes. */
    private static boolean sixteenBytes(AsciiString key) {
        if (key.length() != KEY_LENGTH || !key.endsWith("==")) {
            return false;
        }
        for (int i = 0; i < KEY_LENGTH - 2; i++) {
            char c = key.charAt(i);
            boolean digit =
                    (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
            if (!digit) {
                return false;
            }
        }
        return true;
    }

    /** RFC 9112 section 6.3: a request has one length, or is refused. */
    private static long length(Fields fields, boolean http11) throws Malformed {
        int codings = fields.count(Names.TRANSFER_ENCODING);
        int lengths = fields.count(Names.CONTENT_LENGTH);
        if (codings > 0) {
            if (lengths > 0) {
                throw new Malformed("length-and-transfer-coding");
            }
            AsciiString coding = fields.get(Names.TRANSFER_ENCODING);
            if (!http11 || codings > 1 || coding == null) {
                throw new Malformed("transfer-coding");
            }
            if (coding.contentEqualsIgnoreCase(Names.CHUNKED)) {
                return BodyLength.CHUNKED;
            }
            throw new Malformed(
                    coding.toString().matches("(?i)(gzip|x-gzip|deflate|compress|x-compress)\\s*,\\s*chunked")
                            ? new Refusal.CodingUnknown()
                            : new Refusal.BadRequest("transfer-coding"));
        }
        AsciiString length = fields.get(Names.CONTENT_LENGTH);
        if (length == null) {
            return 0;
        }
        long value = lengths > 1 ? -1 : Grammar.digits(length);
        if (value < 0) {
            throw new Malformed("content-length");
        }
        return value;
    }

    /** Exactly one host, from HTTP/1.0 clients too: without it nobody can say which route was meant. */
    private static AsciiString authority(Fields fields) throws Malformed {
        AsciiString host = fields.get(Names.HOST);
        if (host == null || fields.count(Names.HOST) > 1 || !Grammar.authority(host)) {
            throw new Malformed("host");
        }
        return host;
    }

    private static int schemeEnd(AsciiString target, AsciiString method, String scheme) throws Malformed {
        if (target.length() > scheme.length()
                && target.subSequence(0, scheme.length(), false).contentEqualsIgnoreCase(scheme)) {
            return scheme.length();
        }
        throw new Malformed(
                method.contentEquals("CONNECT") ? new Refusal.MethodNotServed() : new Refusal.BadRequest("target"));
    }

    private static int pathStart(AsciiString target, int from) {
        for (int i = from; i < target.length(); i++) {
            if (target.charAt(i) == '/' || target.charAt(i) == '?') {
                return i;
            }
        }
        return target.length();
    }

    /** What the full URL asks for at its host: without a path, OPTIONS asks about the host as a whole (RFC 9112 section 3.2.4). */
    private static AsciiString origin(AsciiString target, int start, AsciiString method) {
        AsciiString path = target.subSequence(start, target.length(), false);
        if (path.isEmpty() && method.contentEquals("OPTIONS")) {
            return STAR;
        }
        return !path.isEmpty() && path.charAt(0) == '/' ? path : new AsciiString("/" + path);
    }
}
