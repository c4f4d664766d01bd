package dev.phigate.provider.local.keyring;

import dev.phigate.provider.local.tls.Pem;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;

/**
 * The key that signs the audit log's checkpoints: Ed25519 (RFC 8410). It is made once and stays: whoever holds its public half can
 * verify the whole log. A log goes on under another key when this one is lost, and says so.
 */
final class SigningKey {
    static final String PRIVATE = "audit-signing.key";
    static final String PUBLIC = "audit-signing.pub";

    private static final String ALGORITHM = "Ed25519";

    private SigningKey() {}

    static KeyPair create() {
        try {
            return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no " + ALGORITHM, e);
        }
    }

    /** Whether two files hold a pair. */
    static boolean isPair(Path privateKey, Path publicKey) {
        try {
            return Authority.matches(Pem.privateKey(privateKey, ALGORITHM), Pem.publicKey(publicKey, ALGORITHM));
        } catch (IOException unusable) {
            return false;
        }
    }
}
