package dev.phigate.balancer.http.corpus;

/**
 * One request of HTTP/1.1 and what must become of it.
 *
 * @param name its name
 * @param section where an RFC says so
 * @param outcome what must happen, as the corpus writes it: {@code 400}, {@code 400 body}, {@code answered 501},
 *     {@code forwarded}, {@code forwarded close} or {@code cut}
 * @param sent the bytes of the client, a character each
 * @param received what the host must receive, where it is forwarded
 */
record Http1Case(String name, String section, String outcome, String sent, Received received) {
    /**
     * A request at the host, without what differs from one to the next.
     *
     * @param head its head, with the empty line; {@code {ours}} stands for the fields that the balancer adds
     * @param body the body, without the marks of chunks
     * @param trailers the lines of the trailers
     */
    record Received(String head, String body, String trailers) {}

    /** What follows behind each request: a smuggler's own, had the balancer and the host read another end than each other. */
    static final String NEXT = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";

    /** What the host must receive of it, where it is served. */
    static final Received NEXT_RECEIVED = new Received("GET /next HTTP/1.1\r\nhost: a\r\n{ours}\r\n", "", "");

    private static final Received NOTHING = new Received("", "", "");

    /** One that is not forwarded. */
    Http1Case(String name, String section, String outcome, String sent) {
        this(name, section, outcome, sent, NOTHING);
    }

    boolean forwarded() {
        return outcome.startsWith("forwarded");
    }

    /** Whether the next request is served on the same connection. */
    boolean goesOn() {
        return outcome.equals("forwarded") || outcome.startsWith("answered");
    }

    boolean cut() {
        return outcome.equals("cut");
    }

    /** Whether the head may have been forwarded before the error was read. */
    boolean brokenInItsBody() {
        return outcome.endsWith(" body");
    }

    int status() {
        return forwarded() ? 200 : Integer.parseInt(outcome.replaceAll("[^0-9]", ""));
    }

    @Override
    public String toString() {
        return name + " (" + section + "): " + outcome;
    }
}
