package dev.phigate.provider.local.keyring;

import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/** What a certificate of the ring is for. */
enum LeafRole {
    /** The balancer, towards clients. */
    SERVER(KeyPurposeId.id_kp_serverAuth),
    /** The balancer, towards workloads. */
    CLIENT(KeyPurposeId.id_kp_clientAuth),
    /** The workloads, towards the balancer. */
    WORKLOAD(KeyPurposeId.id_kp_serverAuth),
    /** The administrator, towards the balancer's admin API. */
    ADMIN(KeyPurposeId.id_kp_clientAuth);

    /** RFC 5280, appendix A.1: ub-common-name. */
    private static final int LONGEST_COMMON_NAME = 64;

    @SuppressWarnings("ImmutableEnumChecker") // an object identifier: immutable, though it does not say so
    private final KeyPurposeId purpose;

    LeafRole(KeyPurposeId purpose) {
        this.purpose = purpose;
    }

    KeyPurposeId purpose() {
        return purpose;
    }

    /** The beginning of its outputs' names. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    String certificateFile() {
        return key() + ".crt";
    }

    String privateKeyFile() {
        return key() + ".key";
    }

    /** The common name: the first of its names, or the identity that the other end knows it by. */
    String commonName(List<String> names) {
        return switch (this) {
            case SERVER, WORKLOAD -> names.getFirst().length() <= LONGEST_COMMON_NAME ? names.getFirst() : key();
            case CLIENT -> "balancer";
            case ADMIN -> "admin";
        };
    }
}
