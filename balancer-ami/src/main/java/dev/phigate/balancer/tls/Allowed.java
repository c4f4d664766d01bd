package dev.phigate.balancer.tls;

import java.util.List;
import java.util.Set;

/**
 * What may be negotiated, on every leg: forward secrecy and AES-256-GCM or ChaCha20-Poly1305 (NIST SP 800-52r2 section 3.3
 * without its AES-128 and CBC suites). Lists of what is allowed; everything else is not.
 */
final class Allowed {
    static final String TLS13 = "TLSv1.3";
    static final String TLS12 = "TLSv1.2";

    static final int TLS_AES_128_GCM_SHA256 = 0x1301;
    static final int TLS_AES_256_GCM_SHA384 = 0x1302;
    static final int TLS_CHACHA20_POLY1305_SHA256 = 0x1303;

    static final List<String> TLS13_SUITES = List.of("TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

    /** By the names both engines know. */
    static final List<String> TLS12_SUITES = List.of(
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /** The code points of {@link #TLS12_SUITES} that suit an ECDSA certificate, then those for RSA. */
    static final Set<Integer> TLS12_ECDSA = Set.of(0xc02c, 0xcca9);

    static final Set<Integer> TLS12_RSA = Set.of(0xc030, 0xcca8);

    /** X25519MLKEM768, X25519, P-256, P-384. */
    static final Set<Integer> GROUPS = Set.of(0x11ec, 0x001d, 0x0017, 0x0018);

    /** {@link #GROUPS} without the first, which the JDK does not know yet. */
    static final Set<Integer> JDK_GROUPS = Set.of(0x001d, 0x0017, 0x0018);

    static final String[] BORINGSSL_GROUP_NAMES = {"X25519MLKEM768", "X25519", "P-256", "P-384"};
    static final String[] JDK_GROUP_NAMES = {"x25519", "secp256r1", "secp384r1"};

    private Allowed() {}

    static boolean suite(String name) {
        return TLS13_SUITES.contains(name) || TLS12_SUITES.contains(name);
    }
}
