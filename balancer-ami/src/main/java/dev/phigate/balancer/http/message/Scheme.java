package dev.phigate.balancer.http.message;

/** What a connection's requests are URIs of (RFC 9110 section 4.2): over TLS of {@code https}, and of {@code http} without. */
public enum Scheme {
    /** Without TLS. */
    HTTP("http://"),
    /** Over TLS. */
    HTTPS("https://");

    private final String beginning;

    Scheme(String beginning) {
        this.beginning = beginning;
    }

    /** How a URI of it begins, up to the host. */
    public String beginning() {
        return beginning;
    }
}
