package dev.phigate.balancer.http;

import io.netty.util.AsciiString;

/** Field names and values that mean something to us, in lower case, as HTTP/2 writes them. */
final class Names {
    static final AsciiString ALLOW = AsciiString.cached("allow");
    static final AsciiString CACHE_CONTROL = AsciiString.cached("cache-control");
    static final AsciiString CHUNKED = AsciiString.cached("chunked");
    static final AsciiString CLOSE = AsciiString.cached("close");
    static final AsciiString CONNECTION = AsciiString.cached("connection");
    static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
    static final AsciiString CONTINUE = AsciiString.cached("100-continue");
    static final AsciiString COOKIE = AsciiString.cached("cookie");
    static final AsciiString DATE = AsciiString.cached("date");
    static final AsciiString EXPECT = AsciiString.cached("expect");
    static final AsciiString FORWARDED = AsciiString.cached("forwarded");
    static final AsciiString HOST = AsciiString.cached("host");
    static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
    static final AsciiString NO_STORE = AsciiString.cached("no-store");
    static final AsciiString PROBLEM_JSON = AsciiString.cached("application/problem+json");
    static final AsciiString STRICT_TRANSPORT_SECURITY = AsciiString.cached("strict-transport-security");
    static final AsciiString TE = AsciiString.cached("te");
    static final AsciiString TRAILERS = AsciiString.cached("trailers");
    static final AsciiString TRANSFER_ENCODING = AsciiString.cached("transfer-encoding");
    static final AsciiString UPGRADE = AsciiString.cached("upgrade");
    static final AsciiString VIA = AsciiString.cached("via");
    static final AsciiString X_FORWARDED_FOR = AsciiString.cached("x-forwarded-for");
    static final AsciiString X_FORWARDED_HOST = AsciiString.cached("x-forwarded-host");
    static final AsciiString X_FORWARDED_PORT = AsciiString.cached("x-forwarded-port");
    static final AsciiString X_FORWARDED_PROTO = AsciiString.cached("x-forwarded-proto");
    static final AsciiString X_REQUEST_ID = AsciiString.cached("x-request-id");

    private Names() {}
}
