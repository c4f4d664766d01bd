package dev.phigate.audit.kms;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** An Ed25519 key that a cloud keeps and signs with. One thread. */
sealed interface CloudKey extends AutoCloseable permits AwsKmsKey, GoogleKmsKey {
    /** How long a connection may take. */
    Duration CONNECT_WAIT = Duration.ofSeconds(2);
    /** How long one attempt may wait for an answer. */
    Duration ATTEMPT_WAIT = Duration.ofSeconds(4);
    /** How long a question may take, with all its attempts: less than whoever asks waits for this process. */
    Duration MOST_WAIT = Duration.ofSeconds(8);

    /**
     * What the key is at the moment.
     *
     * @param name of the key itself, where another name for it was asked for
     * @param spki its public key, in DER (RFC 8410) and base64
     */
    record Public(String name, String spki) {}

    /**
     * Opens a key; nothing is asked of it yet.
     *
     * @param address as in {@code audit.key}
     * @param endpoint another address of the cloud's API
     * @throws IOException when it is no address of a key, or there are no credentials to ask with
     */
    static CloudKey open(String address, Optional<URI> endpoint) throws IOException {
        if (address.startsWith(AwsKmsKey.SCHEME)) {
            return AwsKmsKey.open(address.substring(AwsKmsKey.SCHEME.length()), endpoint);
        }
        if (address.startsWith(GoogleKmsKey.SCHEME)) {
            return GoogleKmsKey.open(address.substring(GoogleKmsKey.SCHEME.length()), endpoint);
        }
        throw new IOException(address + " is no address of a key (expected: " + AwsKmsKey.SCHEME + "arn:... or "
                + GoogleKmsKey.SCHEME + "projects/...)");
    }

    /**
     * Asks for the public key.
     *
     * @throws IOException when it cannot be had, or is no key that signs with Ed25519
     */
    Public publicKey() throws IOException;

    /**
     * Signs a text.
     *
     * @param name of the key itself, as {@link #publicKey} told it
     * @throws IOException when it does not; the message says why
     */
    byte[] sign(String name, byte[] text) throws IOException;

    @Override
    void close();
}
