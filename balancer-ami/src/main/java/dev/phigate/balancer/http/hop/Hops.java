package dev.phigate.balancer.http.hop;

import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Names;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.tls.Handshake;
import dev.phigate.balancer.upstream.UpstreamConfig;
import io.netty.util.AsciiString;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which fields end here and which go on (RFC 9110 section 7.6.1), and what the next hop is told about the last one. Forwarding
 * fields are ours alone: what a client says about itself is dropped, also when it is spelt with underscores, which some
 * servers read as hyphens.
 */
public final class Hops {
    private static final AsciiString HTTPS = AsciiString.cached("https");
    private static final AsciiString VIA_11 = AsciiString.cached("1.1 phigate");
    private static final AsciiString VIA_2 = AsciiString.cached("2 phigate");

    /** What decides how a message is taken must stand before its body: a host that merges trailers would take it twice. */
    private static final Set<AsciiString> NOT_IN_TRAILERS = Stream.of(
                    "age",
                    "authorization",
                    "cache-control",
                    "content-encoding",
                    "content-range",
                    "content-type",
                    "cookie",
                    "date",
                    "expires",
                    "if-match",
                    "if-modified-since",
                    "if-none-match",
                    "if-range",
                    "if-unmodified-since",
                    "location",
                    "max-forwards",
                    "pragma",
                    "range",
                    "retry-after",
                    "set-cookie",
                    "strict-transport-security",
                    "trailer",
                    "vary",
                    "www-authenticate")
            .map(AsciiString::cached)
            .collect(Collectors.toUnmodifiableSet());

    private Hops() {}

    /**
     * The fields of a request as they go upstream, without those of framing.
     *
     * @param request as it goes on, perhaps to another host
     * @param asked as the client sent it
     */
    public static Fields toUpstream(
            Request request, Request asked, Handshake handshake, AsciiString id, boolean http2) {
        Fields in = request.fields();
        Fields out = new Fields();
        out.add(Names.HOST, request.authority());
        Set<AsciiString> named = named(in);
        long hops = request.mostForwards();
        for (int i = 0; i < in.size(); i++) {
            AsciiString name = in.name(i);
            if (!hopByHop(name) && !ours(name) && !among(named, name)) {
                out.add(name, hops > 0 && name.contentEqualsIgnoreCase(Names.MAX_FORWARDS) ? less(hops) : in.value(i));
            }
        }
        if (request.http11() && request.length() != 0 && in.has(Names.EXPECT)) {
            out.add(Names.EXPECT, Names.CONTINUE);
        }
        if (request.webSocket()) {
            out.add(Names.CONNECTION, Names.UPGRADE).add(Names.UPGRADE, Names.WEBSOCKET);
            if (http2) {
                out.add(Names.SEC_WEBSOCKET_KEY, WebSocket.key());
            }
        }
        if (in.lists(Names.TE, Names.TRAILERS)) {
            out.add(Names.CONNECTION, Names.TE).add(Names.TE, Names.TRAILERS);
        }
        forwarding(out, asked, handshake);
        return out.add(Names.VIA, http2 ? VIA_2 : VIA_11).add(Names.X_REQUEST_ID, id);
    }

    /** One hop less, as each hop counts (RFC 9110 section 7.6.2). */
    private static AsciiString less(long hops) {
        return new AsciiString(Long.toString(hops - 1));
    }

    private static void forwarding(Fields out, Request request, Handshake handshake) {
        InetAddress source = handshake.accepted().source().getAddress();
        String address = source.getHostAddress();
        AsciiString host = request.authority();
        out.add(Names.X_FORWARDED_FOR, new AsciiString(address));
        out.add(Names.X_FORWARDED_PROTO, HTTPS);
        out.add(Names.X_FORWARDED_HOST, host);
        AsciiString port = request.port();
        out.add(
                Names.X_FORWARDED_PORT,
                port != null
                        ? port
                        : new AsciiString(
                                Integer.toString(handshake.accepted().local().getPort())));
        String node = source instanceof Inet6Address ? "\"[" + address + "]\"" : address;
        out.add(Names.FORWARDED, new AsciiString("for=" + node + ";host=\"" + host + "\";proto=https"));
    }

    /** What requests that belong together have in common: a field, a cookie, or where they come from. */
    public static CharSequence key(Request request, Handshake handshake, UpstreamConfig.Hash hash) {
        AsciiString said = null;
        if (hash.header().isPresent()) {
            said = request.fields().get(new AsciiString(hash.header().orElseThrow()));
        } else if (hash.cookie().isPresent()) {
            said = cookie(request.fields(), hash.cookie().orElseThrow());
        }
        return said != null ? said : handshake.accepted().source().getAddress().getHostAddress();
    }

    private static @Nullable AsciiString cookie(Fields fields, String name) {
        AsciiString cookies = fields.get(Names.COOKIE);
        if (cookies != null) {
            for (AsciiString one : cookies.split(';')) {
                AsciiString cookie = one.trim();
                if (cookie.length() > name.length()
                        && cookie.charAt(name.length()) == '='
                        && cookie.subSequence(0, name.length(), false).contentEquals(name)) {
                    return cookie.subSequence(name.length() + 1, cookie.length(), false);
                }
            }
        }
        return null;
    }

    /** The fields of a response as they go to the client, without those of framing. */
    public static Fields toClient(Fields in) {
        Fields out = new Fields();
        Set<AsciiString> named = named(in);
        for (int i = 0; i < in.size(); i++) {
            AsciiString name = in.name(i);
            if (!hopByHop(name)
                    && !name.contentEqualsIgnoreCase(Names.X_REQUEST_ID)
                    && !name.contentEqualsIgnoreCase(Names.STRICT_TRANSPORT_SECURITY)
                    && !among(named, name)) {
                out.add(name, in.value(i));
            }
        }
        return out;
    }

    /**
     * Trailers without what must not be one (RFC 9110 section 6.5.1).
     *
     * @param in the trailers
     * @param head the fields of the message's head, which may say of trailers as well that they end here (section 7.6.1)
     */
    public static Fields trailers(Fields in, Fields head) {
        if (in.size() == 0) {
            return Fields.NONE;
        }
        Fields out = new Fields();
        Set<AsciiString> named = named(head);
        for (int i = 0; i < in.size(); i++) {
            AsciiString name = in.name(i);
            if (!hopByHop(name)
                    && !ours(name)
                    && !NOT_IN_TRAILERS.contains(name.toLowerCase())
                    && !among(named, name)) {
                out.add(name, in.value(i));
            }
        }
        return out;
    }

    /**
     * The fields that Connection names, in lower case, which end here; one that says keep-alive alone, as most do, names none that does not
     * anyway. Sorted, because neither how many there are nor their hashes may cost more than they weigh.
     */
    private static Set<AsciiString> named(Fields in) {
        Set<AsciiString> names = Set.of();
        for (int i = 0; i < in.size(); i++) {
            AsciiString value = in.value(i);
            if (in.name(i).contentEqualsIgnoreCase(Names.CONNECTION)
                    && !value.contentEqualsIgnoreCase(Names.KEEP_ALIVE)) {
                names = names.isEmpty() ? new TreeSet<>() : names;
                for (AsciiString name : value.split(',')) {
                    names.add(name.trim().toLowerCase());
                }
            }
        }
        return names;
    }

    private static boolean among(Set<AsciiString> named, AsciiString name) {
        return !named.isEmpty() && named.contains(name.toLowerCase());
    }

    /** Fields about this hop, and those of framing, which each hop writes itself. */
    private static boolean hopByHop(AsciiString name) {
        return switch (name.length()) {
            case 2 -> name.contentEqualsIgnoreCase(Names.TE);
            case 4 -> name.contentEqualsIgnoreCase(Names.HOST);
            case 6 -> name.contentEqualsIgnoreCase(Names.EXPECT);
            case 7 -> name.contentEqualsIgnoreCase(Names.UPGRADE);
            case 10 -> name.contentEqualsIgnoreCase(Names.CONNECTION) || name.contentEqualsIgnoreCase(Names.KEEP_ALIVE);
            case 14 -> startsLike(name, "content-length") || name.contentEqualsIgnoreCase("http2-settings");
            case 16 -> name.contentEqualsIgnoreCase("proxy-connection");
            case 17 -> startsLike(name, "transfer-encoding");
            case 18 -> name.contentEqualsIgnoreCase("proxy-authenticate");
            case 19 -> name.contentEqualsIgnoreCase("proxy-authorization");
            case 20 -> name.contentEqualsIgnoreCase(Names.SEC_WEBSOCKET_ACCEPT);
            default -> false;
        };
    }

    /**
     * Fields that only we may set on a request: about the client and its certificate (RFC 9440 section 2.4 and what gateways
     * have called it), two by which some hosts let a gateway replace the path that the route was chosen by, and one that some
     * programs take for the proxy of what they ask themselves (CVE-2016-5385).
     */
    private static boolean ours(AsciiString name) {
        if (name.isEmpty()) {
            return false;
        }
        int first = name.byteAt(0) | 0x20;
        return switch (first) {
            case 'c' -> startsLike(name, "client-ip") || startsLike(name, "client-cert");
            case 'f' -> name.contentEqualsIgnoreCase(Names.FORWARDED);
            case 'p' -> name.contentEqualsIgnoreCase("proxy");
            case 's' -> startsLike(name, "ssl-client");
            case 't' -> startsLike(name, "true-client-ip");
            case 'x' -> oursWithX(name);
            default -> false;
        };
    }

    private static boolean oursWithX(AsciiString name) {
        return startsLike(name, "x-forwarded")
                || startsLike(name, "x-client-ip")
                || startsLike(name, "x-client-cert")
                || startsLike(name, "x-ssl-")
                || startsLike(name, "x-amzn-mtls")
                || startsLike(name, "x-arr-clientcert")
                || startsLike(name, "x-cluster-client-ip")
                || startsLike(name, "x-real-ip")
                || startsLike(name, "x-request-id")
                || startsLike(name, "x-original-url")
                || startsLike(name, "x-original-host")
                || startsLike(name, "x-http-host-override")
                || (name.length() == 6 && startsLike(name, "x-host"))
                || startsLike(name, "x-rewrite-url");
    }

    private static boolean startsLike(AsciiString name, String prefix) {
        if (name.length() < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            char c = name.charAt(i);
            char folded = c == '_' ? '-' : Character.toLowerCase(c);
            if (folded != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
