package dev.phigate.balancer.http.exchange;

/** How a host's side of an exchange ended before its answer was complete. */
public enum Break {
    /** The connection ended. */
    CLOSED("closed"),
    /** The answer broke the rules. */
    BROKE_THE_RULES("broke-the-rules"),
    /** The host reset the stream. */
    RESET("reset"),
    /** The host says that it has not begun with the request (RFC 9113 sections 6.8 and 8.7), so it may be sent again. */
    NOT_BEGUN("not-begun"),
    /** The host carries no WebSockets over HTTP/2 (RFC 8441 section 3), so nothing was sent. */
    NO_WEB_SOCKET("no-websocket"),
    /** The host says that it takes no head, or no trailers, as large as the request's (RFC 9113 section 6.5.2); they were not sent. */
    HEADER_TOO_LARGE("header-too-large");

    private final String text;

    Break(String text) {
        this.text = text;
    }

    /** As records have it, after {@code upstream-}. */
    @Override
    public String toString() {
        return text;
    }
}
