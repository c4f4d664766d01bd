package dev.phigate.balancer.http.corpus;

import static dev.phigate.balancer.http.corpus.Http2Case.EH;
import static dev.phigate.balancer.http.corpus.Http2Case.ES;
import static dev.phigate.balancer.http.corpus.Http2Case.LATE;
import static dev.phigate.balancer.http.corpus.Http2Case.MALFORMED;
import static dev.phigate.balancer.http.corpus.Http2Case.changed;
import static dev.phigate.balancer.http.corpus.Http2Case.data;
import static dev.phigate.balancer.http.corpus.Http2Case.forwarded;
import static dev.phigate.balancer.http.corpus.Http2Case.get;
import static dev.phigate.balancer.http.corpus.Http2Case.headers;
import static dev.phigate.balancer.http.corpus.Http2Case.post;
import static dev.phigate.balancer.http.corpus.Http2Case.refused;
import static dev.phigate.balancer.http.corpus.Http2Case.request;
import static dev.phigate.balancer.http.corpus.Http2Case.without;

import dev.phigate.balancer.http.corpus.Http1Case.Received;
import java.util.List;

/** Requests of HTTP/2 by their fields (RFC 9113 section 8). */
final class Http2Fields {
    private static final String GOT = "GET / HTTP/1.1\r\nhost: a\r\n";
    private static final String POSTED = "POST / HTTP/1.1\r\nhost: a\r\n";
    private static final String CHUNKED = POSTED + "{ours}transfer-encoding: chunked\r\n\r\n";

    private Http2Fields() {}

    private static Http2Case malformed(String name, String section, List<String> fields) {
        return refused(name, section, MALFORMED, request(fields));
    }

    static List<Http2Case> pseudo() {
        return List.of(
                forwarded("plain", "9113-8.3.1", GOT + "{ours}\r\n", request(get())),
                forwarded(
                        "host for authority",
                        "9113-8.3.1",
                        GOT + "{ours}\r\n",
                        request(without(":authority", "host", "a"))),
                forwarded(
                        "host beside the same authority", "9113-8.3.1", GOT + "{ours}\r\n", request(get("host", "a"))),
                forwarded(
                        "asterisk",
                        "9113-8.3.1",
                        "OPTIONS * HTTP/1.1\r\nhost: a\r\n{ours}\r\n",
                        request(List.of(":path", "*", ":method", "OPTIONS", ":authority", "a", ":scheme", "https"))),
                malformed("no method", "9113-8.3.1", without(":method")),
                malformed("no scheme", "9113-8.3.1", without(":scheme")),
                malformed("no path", "9113-8.3.1", without(":path")),
                malformed("no authority and no host", "9113-8.3.1", without(":authority")),
                malformed("empty method", "9113-8.3.1", changed(":method", "")),
                malformed("empty scheme", "9113-8.3.1", changed(":scheme", "")),
                malformed("empty path", "9113-8.3.1", changed(":path", "")),
                malformed("empty authority", "9113-8.3.1", changed(":authority", "")),
                malformed("two methods", "9113-8.3", get(":method", "GET")),
                malformed("two schemes", "9113-8.3", get(":scheme", "https")),
                malformed("two authorities", "9113-8.3", get(":authority", "a")),
                malformed("two paths", "9113-8.3", get(":path", "/")),
                malformed("unknown pseudo-header", "9113-8.3", get(":evil", "1")),
                malformed("pseudo-header without a name", "9113-8.3", get(":", "1")),
                malformed("pseudo-header in upper case", "9113-8.3", get(":Path", "/")),
                malformed("pseudo-header of answers", "9113-8.3", get(":status", "200")),
                malformed("pseudo-header behind a field", "9113-8.3", without(":path", "x", "1", ":path", "/")),
                malformed("path without a slash", "9113-8.3.1", changed(":path", "a")),
                malformed("path that is a URL", "9113-8.3.1", changed(":path", "https://a/")),
                malformed("path that is a query", "9113-8.3.1", changed(":path", "?a")),
                malformed("path with a fragment", "9113-8.3.1", changed(":path", "/#a")),
                malformed("path with a blank", "9113-8.2.1", changed(":path", "/a b")),
                malformed(
                        "path with a request", "9113-10.3", changed(":path", "/ HTTP/1.1\r\nHost: a\r\n\r\nGET /next")),
                malformed("asterisk for GET", "9113-8.3.1", changed(":path", "*")),
                malformed("method with a request", "9113-10.3", changed(":method", "GET /next HTTP/1.1\r\nX:")),
                malformed("method with a blank", "9110-9.1", changed(":method", "GET /next")),
                malformed("scheme of another protocol", "9113-8.3.1", changed(":scheme", "ftp")),
                malformed("scheme without TLS", "9110-7.4", changed(":scheme", "http")),
                malformed("authority with a user", "9113-8.3.1", changed(":authority", "u@a")),
                malformed("authority with a path", "9113-8.3.1", changed(":authority", "a/b")),
                malformed("authority with a field", "9113-10.3", changed(":authority", "a\r\nX: 1")),
                malformed("another host than the authority", "9113-8.3.1", get("host", "b")),
                malformed("two hosts", "9112-3.2", without(":authority", "host", "a", "host", "a")),
                malformed("a host with a path", "9112-3.2", without(":authority", "host", "a/b")),
                malformed("CONNECT", "9113-8.5", List.of(":method", "CONNECT", ":authority", "a:443")),
                malformed("CONNECT without authority", "9113-8.5", List.of(":method", "CONNECT")),
                malformed("CONNECT with a path", "9113-8.5", changed(":method", "CONNECT")),
                malformed("TRACE", "9110-9.3.8", changed(":method", "TRACE")),
                malformed("a protocol without CONNECT", "8441-4", get(":protocol", "websocket")),
                refused(
                        "a protocol that is not served",
                        "8441-4",
                        MALFORMED + "|501",
                        headers(
                                1,
                                EH,
                                List.of(
                                        ":method",
                                        "CONNECT",
                                        ":protocol",
                                        "connect-udp",
                                        ":scheme",
                                        "https",
                                        ":authority",
                                        "a",
                                        ":path",
                                        "/"))));
    }

    static List<Http2Case> fields() {
        return List.of(
                forwarded(
                        "cookies in crumbs",
                        "9113-8.2.3",
                        GOT + "cookie: a=1; b=2\r\n{ours}\r\n",
                        request(get("cookie", "a=1", "cookie", "b=2"))),
                forwarded(
                        "te: trailers",
                        "9113-8.2.2",
                        GOT + "connection: te\r\nte: trailers\r\n{ours}\r\n",
                        request(get("te", "trailers"))),
                forwarded("empty value", "9113-8.2.1", GOT + "x: \r\n{ours}\r\n", request(get("x", ""))),
                forwarded(
                        "eight bits in a value",
                        "9110-5.5",
                        GOT + "x: \u00e9\r\n{ours}\r\n",
                        request(get("x", "\u00e9"))),
                malformed("name in upper case", "9113-8.2.1", get("X-A", "1")),
                malformed("name with one capital", "9113-8.2.1", get("x-A", "1")),
                malformed("empty name", "9113-8.2.1", get("", "1")),
                malformed("name with a blank", "9113-8.2.1", get("x y", "1")),
                malformed("name with a colon", "9113-8.2.1", get("x:y", "1")),
                malformed("name with a field", "9113-10.3", get("x: 1\r\ny", "1")),
                malformed("name with NUL", "9113-8.2.1", get("x\0", "1")),
                malformed("name of eight bits", "9113-8.2.1", get("x\u00e9", "1")),
                malformed("value with a field", "9113-10.3", get("x", "1\r\ntransfer-encoding: chunked")),
                malformed("value with CR", "9113-8.2.1", get("x", "1\r2")),
                malformed("value with LF", "9113-8.2.1", get("x", "1\n2")),
                malformed("value with NUL", "9113-8.2.1", get("x", "1\u00002")),
                malformed("value with a blank before", "9113-8.2.1", get("x", " 1")),
                malformed("value with a blank behind", "9113-8.2.1", get("x", "1 ")),
                malformed("value with a tab before", "9113-8.2.1", get("x", "\t1")),
                malformed("value of a blank", "9113-8.2.1", get("x", " ")),
                malformed("connection", "9113-8.2.2", get("connection", "close")),
                malformed("connection that names nothing", "9113-8.2.2", get("connection", "")),
                malformed("keep-alive", "9113-8.2.2", get("keep-alive", "1")),
                malformed("proxy-connection", "9113-8.2.2", get("proxy-connection", "close")),
                malformed("transfer-encoding", "9113-8.2.2", get("transfer-encoding", "chunked")),
                malformed("transfer-encoding: identity", "9113-8.2.2", get("transfer-encoding", "identity")),
                malformed("upgrade", "9113-8.2.2", get("upgrade", "h2c")),
                malformed("te: gzip", "9113-8.2.2", get("te", "gzip")),
                malformed("te: trailers, gzip", "9113-8.2.2", get("te", "trailers, gzip")),
                malformed("expectation", "9110-10.1.1", get("expect", "magic")),
                malformed("a field of 5 kB", "6585-5", get("x", "a".repeat(5000))));
    }

    static List<Http2Case> bodies() {
        return List.of(
                forwarded(
                        "body",
                        "9113-8.1",
                        new Received(CHUNKED, "hello", ""),
                        headers(1, EH, post()),
                        data(ES, "hello")),
                forwarded(
                        "empty body", "9113-8.1", new Received(CHUNKED, "", ""), headers(1, EH, post()), data(ES, "")),
                forwarded(
                        "body as long as said",
                        "9113-8.1.1",
                        new Received(POSTED + "{ours}content-length: 5\r\n\r\n", "hello", ""),
                        headers(1, EH, post("content-length", "5")),
                        data(0, "hel"),
                        data(ES, "lo")),
                forwarded(
                        "no body as said",
                        "9113-8.1.1",
                        POSTED + "{ours}content-length: 0\r\n\r\n",
                        request(post("content-length", "0"))),
                forwarded(
                        "the same length twice", // or refused (RFC 9110 section 8.6)
                        "9110-8.6",
                        new Received(POSTED + "{ours}content-length: 5\r\n\r\n", "hello", ""),
                        headers(1, EH, post("content-length", "5", "content-length", "5")),
                        data(ES, "hello")),
                forwarded(
                        "body that is a request",
                        "9113-10.3",
                        new Received(CHUNKED, "0\r\n\r\nGET /evil HTTP/1.1\r\n\r\n", ""),
                        headers(1, EH, post()),
                        data(ES, "0\r\n\r\nGET /evil HTTP/1.1\r\n\r\n")),
                malformed("length without a body", "9113-8.1.1", post("content-length", "5")),
                refused(
                        "body shorter than said",
                        "9113-8.1.1",
                        MALFORMED,
                        headers(1, EH, post("content-length", "5")),
                        data(ES, "hell")),
                refused(
                        "body longer than said",
                        "9113-8.1.1",
                        MALFORMED,
                        headers(1, EH, post("content-length", "5")),
                        data(ES, "hello!")),
                new Http2Case(
                        "body behind a length of zero", // which the host has by then, and nothing of the body
                        "9113-8.1.1",
                        MALFORMED,
                        List.of(headers(1, EH, changed(":path", LATE, "content-length", "0")), data(ES, "x")),
                        List.of(new Received(
                                "GET /late HTTP/1.1\r\nhost: a\r\n{ours}content-length: 0\r\n\r\n", "", ""))),
                refused(
                        "trailers before all that was said",
                        "9113-8.1.1",
                        MALFORMED,
                        headers(1, EH, post("content-length", "5")),
                        data(0, "hell"),
                        headers(1, EH | ES, List.of("x", "1"))),
                malformed("length with a sign", "9113-8.1.1", post("content-length", "+0")),
                malformed("length below zero", "9113-8.1.1", post("content-length", "-1")),
                malformed("length in hexadecimal", "9113-8.1.1", post("content-length", "0x0")),
                malformed("empty length", "9113-8.1.1", post("content-length", "")),
                malformed("two lengths", "9110-8.6", post("content-length", "0", "content-length", "1")),
                malformed("list of lengths", "9110-8.6", post("content-length", "0, 1")),
                malformed("length above 64 bits", "9113-8.1.1", post("content-length", "18446744073709551616")),
                refused(
                        "body above the limit",
                        "9110-15.5.14",
                        "413",
                        headers(1, EH, post()),
                        data(ES, "a".repeat(1100))),
                forwarded(
                        "trailers",
                        "9113-8.1",
                        new Received(CHUNKED, "hello", "x-sum: 7\r\n"),
                        headers(1, EH, post()),
                        data(0, "hello"),
                        headers(1, EH | ES, List.of("x-sum", "7"))),
                forwarded(
                        "trailers that must be none",
                        "9110-6.5.1",
                        new Received(CHUNKED, "", "x-sum: 7\r\n"),
                        headers(1, EH, post()),
                        headers(
                                1,
                                EH | ES,
                                List.of("content-length", "7", "authorization", "x", "host", "b", "x-sum", "7"))),
                trailers("trailers without the stream's end", "9113-8.1", EH, "x", "1"),
                trailers("trailers with a pseudo-header", "9113-8.1", EH | ES, ":path", "/next"),
                trailers("trailers with an unknown pseudo-header", "9113-8.1", EH | ES, ":x", "1"),
                trailers("trailers in upper case", "9113-8.2.1", EH | ES, "X-Sum", "7"),
                trailers("trailers with a field within a name", "9113-10.3", EH | ES, "x: 1\r\ny", "7"),
                trailers("trailers with a field within a value", "9113-10.3", EH | ES, "x", "1\r\ny: 7"),
                trailers("trailers with NUL", "9113-8.2.1", EH | ES, "x", "\0"),
                trailers("trailers with a blank before", "9113-8.2.1", EH | ES, "x", " 1"),
                trailers("trailers with a blank behind", "9113-8.2.1", EH | ES, "x", "1 "),
                trailers("trailers with connection", "9113-8.2.2", EH | ES, "connection", "close"),
                trailers("trailers with transfer-encoding", "9113-8.2.2", EH | ES, "transfer-encoding", "chunked"));
    }

    private static Http2Case trailers(String name, String section, int flags, String... fields) {
        return refused(
                name, section, MALFORMED, headers(1, EH, post()), data(0, "hello"), headers(1, flags, List.of(fields)));
    }
}
