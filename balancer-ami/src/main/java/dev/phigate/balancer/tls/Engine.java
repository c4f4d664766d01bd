package dev.phigate.balancer.tls;

import java.util.List;
import java.util.Set;

/**
 * Which TLS engine serves a client with which certificate, or why none does. BoringSSL cannot be told its TLS 1.3 suites: it
 * would take {@code TLS_AES_128_GCM_SHA256} whenever a client lists that first, as browsers do. Such clients get the JDK's
 * engine, which can be told.
 */
sealed interface Engine {
    /** BoringSSL: what it will choose is allowed. */
    record BoringSsl(Credential shown) implements Engine {}

    /** The JDK's engine, for TLS 1.3 only. */
    record Jdk(Credential shown) implements Engine {}

    /** No engine can serve this client under the allowed terms. */
    record None(Failure failure) implements Engine {}

    /**
     * Chooses for one client.
     *
     * @param hello what the client offers
     * @param only13 whether TLS 1.2 is switched off
     * @param candidates the certificates for the name it asks for, the preferred first
     */
    static Engine choose(ClientHello hello, boolean only13, List<Credential> candidates) {
        var protocols = hello.protocols();
        if (protocols != null && !protocols.contains("h2") && !protocols.contains("http/1.1")) {
            return new None(Failure.NO_COMMON_PROTOCOL);
        }
        if (hello.tls13()) {
            return choose13(hello, candidates);
        }
        if (!hello.tls12() || only13) {
            return new None(Failure.VERSION_TOO_OLD);
        }
        Failure missing = Failure.NO_COMMON_SUITE;
        for (Credential candidate : candidates) {
            if (hello.suites().stream().anyMatch(candidate.suites12()::contains)) {
                if (hello.signatures().stream().anyMatch(candidate.signatures12()::contains)) {
                    return serve12(hello, candidate);
                }
                missing = Failure.NO_COMMON_SIGNATURE;
            }
        }
        return new None(missing);
    }

    private static Engine serve12(ClientHello hello, Credential shown) {
        if (hello.groups().stream().noneMatch(Allowed.GROUPS::contains)) {
            return new None(Failure.NO_COMMON_GROUP);
        }
        return hello.extendedMasterSecret() ? new BoringSsl(shown) : new None(Failure.NO_EXTENDED_MASTER_SECRET);
    }

    private static Engine choose13(ClientHello hello, List<Credential> candidates) {
        int first = 0;
        boolean allowed = false;
        for (int suite : hello.suites()) {
            boolean fits = suite == Allowed.TLS_AES_256_GCM_SHA384 || suite == Allowed.TLS_CHACHA20_POLY1305_SHA256;
            allowed |= fits;
            if (first == 0 && (fits || suite == Allowed.TLS_AES_128_GCM_SHA256)) {
                first = suite;
            }
        }
        if (!allowed) {
            return new None(Failure.NO_COMMON_SUITE);
        }
        boolean boringSsl = first != Allowed.TLS_AES_128_GCM_SHA256;
        Set<Integer> groups = boringSsl ? Allowed.GROUPS : Allowed.JDK_GROUPS;
        if (hello.groups().stream().noneMatch(groups::contains)) {
            return new None(Failure.NO_COMMON_GROUP);
        }
        for (Credential candidate : candidates) {
            if (hello.signatures().stream().anyMatch(candidate.signatures13()::contains)) {
                return boringSsl ? new BoringSsl(candidate) : new Jdk(candidate);
            }
        }
        return new None(Failure.NO_COMMON_SIGNATURE);
    }
}
