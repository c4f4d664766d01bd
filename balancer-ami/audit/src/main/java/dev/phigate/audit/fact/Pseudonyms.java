package dev.phigate.audit.fact;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Replaces identities by keyed pseudonyms, where the log must not name people: the same identity has the same pseudonym under one
 * key, and only the holder of the key can tell whose it is (HMAC-SHA-256, RFC 2104). Any thread.
 */
public final class Pseudonyms {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int LEAST_KEY = 32;
    private static final int SHOWN_BYTES = 16;

    private final SecretKeySpec key;

    /**
     * Pseudonyms under one key.
     *
     * @param key at least 32 bytes
     */
    public Pseudonyms(byte[] key) {
        if (key.length < LEAST_KEY) {
            throw new IllegalArgumentException("a pseudonym key of " + key.length + " bytes (expected: at least 32)");
        }
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /** The pseudonym of an identity; a pseudonym stays what it is. */
    public Identity of(Identity identity) {
        if (identity.kind() == Identity.Kind.PSEUDONYM) {
            return identity;
        }
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update((identity.kind() + "\n").getBytes(StandardCharsets.UTF_8));
            byte[] code = mac.doFinal(identity.name().getBytes(StandardCharsets.UTF_8));
            byte[] shown = java.util.Arrays.copyOf(code, SHOWN_BYTES);
            return new Identity(
                    Identity.Kind.PSEUDONYM,
                    Base64.getUrlEncoder().withoutPadding().encodeToString(shown));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HmacSHA256", e);
        }
    }
}
