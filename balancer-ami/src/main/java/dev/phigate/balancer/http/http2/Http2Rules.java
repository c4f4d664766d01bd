package dev.phigate.balancer.http.http2;

import dev.phigate.balancer.http.message.BodyLength;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Grammar;
import dev.phigate.balancer.http.message.Malformed;
import dev.phigate.balancer.http.message.Names;
import dev.phigate.balancer.http.message.Refusal;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.message.RequestRules;
import dev.phigate.balancer.http.policy.HttpConfig;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the head of an HTTP/2 request must be (RFC 9113 section 8), so that it has one meaning only as HTTP/1.1 upstream. */
final class Http2Rules {
    private static final AsciiString HTTPS = AsciiString.cached("https");

    private Http2Rules() {}

    /**
     * Reads a head.
     *
     * @param headers the decoded header list
     * @param ended whether no body follows
     * @param limits the listener's limits
     */
    static Request read(Http2Headers headers, boolean ended, HttpConfig limits) throws Malformed {
        Fields fields = new Fields();
        AsciiString cookies = null;
        long size = 0;
        for (Map.Entry<CharSequence, CharSequence> entry : headers) {
            AsciiString name = AsciiString.of(entry.getKey());
            size += name.isEmpty() || name.charAt(0) == ':'
                    ? 0
                    : name.length() + entry.getValue().length() + 4;
            if (name.contentEquals(Names.COOKIE)) {
                // Cookies come in crumbs and go on as one field (RFC 9113 section 8.2.3).
                AsciiString crumb = checkedValue(name, AsciiString.of(entry.getValue()));
                cookies = cookies == null ? crumb : cookies.concat("; ").concat(crumb);
            } else if (name.isEmpty() || name.charAt(0) != ':') {
                fields.add(checkedName(name), checkedValue(name, AsciiString.of(entry.getValue())));
            }
        }
        if (size > limits.largestHeader()) {
            throw new Malformed(new Refusal.HeaderTooLarge());
        }
        if (cookies != null) {
            fields.add(Names.COOKIE, cookies);
        }
        AsciiString method = pseudo(headers.method());
        if (method.contentEquals("CONNECT")) {
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
        return RequestRules.check(new Request(method, target, authority, fields, length(fields, ended), true, true));
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

    private static AsciiString checkedName(AsciiString name) throws Malformed {
        if (!Grammar.name(name) || !name.equals(name.toLowerCase())) {
            throw malformed("field-name");
        }
        if (name.contentEquals(Names.CONNECTION)
                || name.contentEquals(Names.KEEP_ALIVE)
                || name.contentEquals("proxy-connection")
                || name.contentEquals(Names.TRANSFER_ENCODING)
                || name.contentEquals(Names.UPGRADE)) {
            throw malformed("connection-field");
        }
        return name;
    }

    private static AsciiString checkedValue(AsciiString name, AsciiString value) throws Malformed {
        if (!Grammar.value(value) || !value.trim().equals(value)) {
            throw malformed("field-value");
        }
        if (name.contentEquals(Names.TE) && !value.contentEqualsIgnoreCase(Names.TRAILERS)) {
            throw malformed("connection-field");
        }
        return value;
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
