package dev.phigate.audit.sign;

import dev.phigate.audit.clouds.CloudJar;
import dev.phigate.audit.note.LogKey;
import dev.phigate.audit.note.Signer;
import dev.phigate.audit.note.VerifierKey;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which key signs a log's checkpoints: a file, or a key that a cloud keeps and never gives away. */
public sealed interface SigningKey {
    /** What the address of a key has to be. */
    String EXPECTED = "an absolute path, or aws-kms: and the ARN of a key or an alias of AWS KMS; "
            + "keys of Azure Key Vault and of Google Cloud KMS cannot sign yet";

    /**
     * A file.
     *
     * @param file readable by its owner only (0600); made when it is missing
     */
    record InFile(Path file) implements SigningKey {
        @Override
        public SigningKey beside(String suffix) {
            return new InFile(file.resolveSibling(file.getFileName() + suffix));
        }

        @Override
        public Signer open(String origin) throws IOException {
            return LogKey.open(file, origin);
        }
    }

    /**
     * A key of AWS KMS, of the key spec {@code ECC_NIST_EDWARDS25519}. A process beside this one asks it, with the AWS SDK's default chain of
     * credentials.
     *
     * @param arn of the key, or of an alias of it: {@code arn:aws:kms:REGION:ACCOUNT:key/ID}
     * @param endpoint another address of the same API; by default the region's
     */
    record InAwsKms(String arn, Optional<URI> endpoint) implements SigningKey {
        private static final String SCHEME = "aws-kms:";
        private static final String MAIN = "dev.phigate.audit.kms.SignMain";
        private static final List<String> OPTIONS = List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
        private static final Pattern ARN = Pattern.compile(
                "arn:aws[a-z-]*:kms:[a-z0-9-]{1,40}:[0-9]{12}:(key/[A-Za-z0-9-]{1,64}|alias/[A-Za-z0-9/_-]{1,256})");

        /** Whether a text is the address of such a key. */
        public static boolean is(String text) {
            return text.startsWith(SCHEME)
                    && ARN.matcher(text.substring(SCHEME.length())).matches();
        }

        /** The key of an address that {@linkplain #is is} one. */
        public static InAwsKms of(String address, Optional<URI> endpoint) {
            return new InAwsKms(address.substring(SCHEME.length()), endpoint);
        }

        /**
         * The public key, for the log of an origin. Needs the right to {@code kms:GetPublicKey} only. Blocks for seconds.
         *
         * @throws IOException when it cannot be had, or the key does not sign with Ed25519
         */
        public VerifierKey verifier(String origin) throws IOException {
            return SigningProcess.verifier(program(), toString(), origin);
        }

        /** How the process is started that asks for its signatures. */
        private List<String> program() throws IOException {
            List<String> arguments = new ArrayList<>(List.of(arn));
            endpoint.ifPresent(address -> arguments.add(address.toString()));
            return CloudJar.command(CloudJar.find(this + " cannot be asked"), OPTIONS, MAIN, arguments);
        }

        /** One key signs both logs, each under its name. */
        @Override
        public SigningKey beside(String suffix) {
            return this;
        }

        @Override
        public Signer open(String origin) throws IOException {
            return SigningProcess.open(program(), toString(), origin);
        }

        @Override
        public String toString() {
            return SCHEME + arn;
        }
    }

    /** Whether a text is a path or the address of a key. */
    static boolean is(String text) {
        return (text.startsWith("/") && text.indexOf('\0') < 0) || InAwsKms.is(text);
    }

    /**
     * The key of a text that {@linkplain #is is} one.
     *
     * @param endpoint of the cloud's API, where the key is in a cloud and the endpoint another than the cloud's own
     */
    static SigningKey of(String text, Optional<URI> endpoint) {
        return InAwsKms.is(text) ? InAwsKms.of(text, endpoint) : new InFile(Path.of(text));
    }

    /** The key of the log that is written beside this one's while a process succeeds another. */
    SigningKey beside(String suffix);

    /**
     * Opens the key to sign. Blocks, for seconds where it is in a cloud.
     *
     * @param origin the log's, which the key is named after
     * @throws IOException with a complete message, when it cannot be read or made, or does not sign
     */
    Signer open(String origin) throws IOException;
}
