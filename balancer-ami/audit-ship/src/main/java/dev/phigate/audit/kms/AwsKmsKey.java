package dev.phigate.audit.kms;

import java.io.IOException;
import java.net.URI;
import java.util.Base64;
import java.util.Optional;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;
import software.amazon.awssdk.services.kms.model.GetPublicKeyResponse;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.MessageType;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;

/**
 * An Ed25519 key that AWS KMS keeps ({@code ECC_NIST_EDWARDS25519}). Credentials are those of the AWS SDK's default chain; they need
 * {@code kms:GetPublicKey}, and {@code kms:Sign} to sign.
 */
final class AwsKmsKey implements CloudKey {
    static final String SCHEME = "aws-kms:";

    private final KmsClient kms;
    private final String named;

    private AwsKmsKey(KmsClient kms, String named) {
        this.kms = kms;
        this.named = named;
    }

    /**
     * Opens a key; nothing is asked of it yet.
     *
     * @param arn of the key, or of an alias of it; its region is asked
     * @param endpoint another address of the same API
     * @throws IOException when there is no region in it
     */
    static AwsKmsKey open(String arn, Optional<URI> endpoint) throws IOException {
        String[] parts = arn.split(":", -1);
        if (parts.length != 6 || parts[3].isEmpty()) {
            throw new IOException(
                    arn + " is no ARN of a key (expected: arn:aws:kms:region:account:key/id or alias/name)");
        }
        KmsClientBuilder builder = KmsClient.builder()
                .region(Region.of(parts[3]))
                .httpClient(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT_WAIT)
                        .socketTimeout(ATTEMPT_WAIT)
                        .build())
                .overrideConfiguration(
                        override -> override.apiCallAttemptTimeout(ATTEMPT_WAIT).apiCallTimeout(MOST_WAIT));
        endpoint.ifPresent(builder::endpointOverride);
        return new AwsKmsKey(builder.build(), arn);
    }

    @Override
    public Public publicKey() throws IOException {
        GetPublicKeyResponse answer;
        try {
            answer = kms.getPublicKey(request -> request.keyId(named));
        } catch (SdkException e) {
            throw new IOException(SCHEME + named + ": its public key cannot be read: " + e.getMessage(), e);
        }
        if (answer.keyUsage() != KeyUsageType.SIGN_VERIFY || answer.keySpec() != KeySpec.ECC_NIST_EDWARDS25519) {
            throw new IOException(SCHEME + named + " is a key for " + answer.keyUsageAsString() + " of "
                    + answer.keySpecAsString() + " (expected: SIGN_VERIFY of ECC_NIST_EDWARDS25519)");
        }
        return new Public(
                answer.keyId(),
                Base64.getEncoder().encodeToString(answer.publicKey().asByteArray()));
    }

    /** An alias may be another key's tomorrow: the key itself signs. */
    @Override
    public byte[] sign(String arn, byte[] text) throws IOException {
        try {
            return kms.sign(request -> request.keyId(arn)
                            .message(SdkBytes.fromByteArray(text))
                            .messageType(MessageType.RAW)
                            .signingAlgorithm(SigningAlgorithmSpec.ED25519_SHA_512))
                    .signature()
                    .asByteArray();
        } catch (SdkException e) {
            throw new IOException(SCHEME + arn + ": cannot sign: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        kms.close();
    }
}
