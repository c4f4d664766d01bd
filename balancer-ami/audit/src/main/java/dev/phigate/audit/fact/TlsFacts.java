package dev.phigate.audit.fact;

import org.jspecify.annotations.Nullable;

/**
 * What a handshake agreed on.
 *
 * @param version the protocol's version
 * @param cipher the suite by its IANA name
 * @param group the key exchange by its IANA name, when the TLS library tells it
 * @param protocol what ALPN chose, when it chose
 * @param serverName the name the client asked for, when it asked for one
 * @param resumed whether an earlier session was resumed, when the TLS library tells it
 */
public record TlsFacts(
        Version version,
        Token cipher,
        @Nullable Token group,
        @Nullable Protocol protocol,
        @Nullable HostName serverName,
        @Nullable Boolean resumed) {
    /** The versions that are served. */
    public enum Version {
        TLS_1_2,
        TLS_1_3
    }

    /**
     * A name from a registry of IANA.
     *
     * @param value 1 to 64 letters, digits, underscores and hyphens
     */
    public record Token(String value) {
        /** Refuses what no registry holds. */
        public Token {
            if (!value.matches("[A-Za-z0-9_-]{1,64}")) {
                throw new IllegalArgumentException(
                        "not a registered name: a text of " + value.length() + " characters");
            }
        }

        @Override
        public String toString() {
            return value;
        }
    }
}
