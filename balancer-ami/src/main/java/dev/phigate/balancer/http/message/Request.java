package dev.phigate.balancer.http.message;

import dev.phigate.audit.fact.Method;
import io.netty.util.AsciiString;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request, checked, in one form for HTTP/1.1 and HTTP/2.
 *
 * @param method the method
 * @param target the path with its query (origin-form), or {@code *}
 * @param authority the host asked for, with its port when it was given
 * @param fields all fields as they came, {@code host} included
 * @param length the length of the body, 0 for none, {@link BodyLength#CHUNKED} when it is not known, {@link BodyLength#TUNNEL}
 *     when it asks for a WebSocket
 * @param keepAlive whether the connection may be used for another request
 * @param http11 whether the client understands what HTTP/1.0 did not have: interim responses, chunks, trailers
 */
public record Request(
        AsciiString method,
        AsciiString target,
        AsciiString authority,
        Fields fields,
        long length,
        boolean keepAlive,
        boolean http11) {
    /** Stands for a request whose head could not be read. */
    public static final Request UNREADABLE = new Request(
            AsciiString.cached("?"), AsciiString.cached("/"), AsciiString.EMPTY_STRING, Fields.NONE, 0, false, true);

    private static final Method[] METHODS = Method.values();
    private static final AsciiString[] WRITTEN = Arrays.stream(METHODS)
            .map(method -> AsciiString.cached(method.name()))
            .toArray(AsciiString[]::new);

    /** The methods of RFC 9110 section 9.2.2 that may be repeated when an answer stays out. */
    private static final String IDEMPOTENT = " GET PUT DELETE HEAD OPTIONS ";

    /** The same request for another target. */
    public Request withTarget(AsciiString other) {
        return new Request(method, other, authority, fields, length, keepAlive, http11);
    }

    /** The same request to another host. */
    public Request withAuthority(AsciiString other) {
        return new Request(method, target, other, fields, length, keepAlive, http11);
    }

    /** Whether it asks for a WebSocket (RFC 6455, RFC 8441). */
    public boolean webSocket() {
        return length == BodyLength.TUNNEL;
    }

    public boolean head() {
        return method.contentEquals("HEAD");
    }

    public boolean idempotent() {
        return IDEMPOTENT.contains(" " + method + " ");
    }

    /**
     * How many times it may be forwarded (RFC 9110 section 7.6.2), which only OPTIONS says here; -1 for as often as it takes.
     * {@link RequestRules} let only numbers through.
     */
    public long mostForwards() {
        AsciiString said = method.contentEquals("OPTIONS") ? fields.get(Names.MAX_FORWARDS) : null;
        return said == null ? -1 : Grammar.digits(said);
    }

    /** The method as records name it: any other token might say more than a method. */
    public Method recordedMethod() {
        for (int i = 0; i < METHODS.length; i++) {
            if (WRITTEN[i].contentEquals(method)) {
                return METHODS[i];
            }
        }
        return Method.OTHER;
    }

    /** Where the path ends and the query begins. */
    public int pathEnd() {
        int mark = target.indexOf('?', 0);
        return mark < 0 ? target.length() : mark;
    }

    /** The host asked for, without its port, and without the dot by which a name may end: it is the same host (RFC 1034 section 3.1). */
    public AsciiString host() {
        int end = hostEnd();
        boolean dot = end > 1 && authority.charAt(end - 1) == '.';
        return dot || end < authority.length() ? authority.subSequence(0, dot ? end - 1 : end, false) : authority;
    }

    private int hostEnd() {
        int from = authority.isEmpty() || authority.charAt(0) != '[' ? 0 : authority.indexOf(']', 0);
        int colon = authority.indexOf(':', Math.max(0, from));
        return colon < 0 ? authority.length() : colon;
    }

    /** The port asked for, when it was given. */
    @Nullable
    public AsciiString port() {
        int length = hostEnd();
        return length + 1 < authority.length() ? authority.subSequence(length + 1, authority.length(), false) : null;
    }
}
