package dev.phigate.balancer.http.message;

/**
 * The head of a response.
 *
 * @param status the status code
 * @param fields the end-to-end fields; never those of framing
 * @param length the length of the body, {@link BodyLength#CHUNKED} when it is not known; for a response without a body, what
 *     {@code content-length} said, or -1
 * @param bodiless whether no body follows, whatever the length says: answers to HEAD, 204 and 304
 */
public record Response(int status, Fields fields, long length, boolean bodiless) {
    /** How many interim answers (1xx) may come before one: each is handed on at once, however slowly the client reads. */
    public static final int MOST_INTERIM = 64;

    private static final int SWITCHING_PROTOCOLS = 101;

    /** The same answer where it agrees to a WebSocket over HTTP/2, by any 2xx (RFC 8441 section 4): as HTTP/1.1 says it. */
    public Response switching() {
        return new Response(SWITCHING_PROTOCOLS, fields, BodyLength.TUNNEL, false);
    }

    /** Whether the host agreed to a WebSocket: what follows is its frames. */
    public boolean switched() {
        return status == SWITCHING_PROTOCOLS;
    }
}
