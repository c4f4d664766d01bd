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
    String EXPECTED = "an absolute path; " + InCloud.EXPECTED;

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
     * A key of AWS KMS of the key spec {@code ECC_NIST_EDWARDS25519}, or the version of a key of Google Cloud KMS of the algorithm
     * {@code EC_SIGN_ED25519}. A process beside this one asks it, with the credentials that the cloud's own library finds.
     *
     * @param address {@code aws-kms:} and the ARN of the key or of an alias of it, or {@code gcp-kms://} and the name of the key's version,
     *     as Google writes it
     * @param endpoint another address of the same API; by default the cloud's
     */
    record InCloud(String address, Optional<URI> endpoint) implements SigningKey {
        /** What an address of such a key has to be. */
        public static final String EXPECTED = "aws-kms: and the ARN of a key or an alias of AWS KMS; or "
                + "gcp-kms://projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/V of Google Cloud KMS, "
                + "where a version signs and no key by itself (gcloud kms keys versions list tells them); "
                + "Azure Key Vault has no Ed25519 keys";

        private static final Pattern SCHEMES = Pattern.compile("(?:aws-kms|gcp-kms|azure-key-vault):.*");
        private static final Pattern AWS = Pattern.compile("aws-kms:arn:aws[a-z-]*:kms:[a-z0-9-]{1,40}:[0-9]{12}:"
                + "(?:key/[A-Za-z0-9-]{1,64}|alias/[A-Za-z0-9/_-]{1,256})");
        private static final Pattern GOOGLE = Pattern.compile(
                "gcp-kms://projects/[a-z0-9.:-]{1,100}/locations/[a-z0-9-]{1,63}/keyRings/[A-Za-z0-9_-]{1,63}"
                        + "/cryptoKeys/[A-Za-z0-9_-]{1,63}/cryptoKeyVersions/[1-9][0-9]{0,9}");
        private static final String MAIN = "dev.phigate.audit.kms.SignMain";
        private static final List<String> OPTIONS = List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

        /** Whether a text is the address of such a key. */
        public static boolean is(String text) {
            return AWS.matcher(text).matches() || GOOGLE.matcher(text).matches();
        }

        /** Whether a text begins as the address of a key in a cloud does, be it {@linkplain #is one} or not. */
        public static boolean isMeant(String text) {
            return SCHEMES.matcher(text).matches();
        }

        /**
         * The public key, for the log of an origin. Needs the right to read it only: {@code kms:GetPublicKey} of AWS,
         * {@code cloudkms.cryptoKeyVersions.viewPublicKey} of Google. Blocks for seconds.
         *
         * @throws IOException when it cannot be had, or the key does not sign with Ed25519
         */
        public VerifierKey verifier(String origin) throws IOException {
            return SigningProcess.verifier(program(), address, origin);
        }

        /** How the process is started that asks for its signatures. */
        private List<String> program() throws IOException {
            List<String> arguments = new ArrayList<>(List.of(address));
            endpoint.ifPresent(other -> arguments.add(other.toString()));
            return CloudJar.command(CloudJar.find(address + " cannot be asked"), OPTIONS, MAIN, arguments);
        }

        /** One key signs both logs, each under its name. */
        @Override
        public SigningKey beside(String suffix) {
            return this;
        }

        @Override
        public Signer open(String origin) throws IOException {
            return SigningProcess.open(program(), address, origin);
        }

        @Override
        public String toString() {
            return address;
        }
    }

    /** Whether a text is a path or the address of a key. */
    static boolean is(String text) {
        return (text.startsWith("/") && text.indexOf('\0') < 0) || InCloud.is(text);
    }

    /**
     * The key of a text that {@linkplain #is is} one.
     *
     * @param endpoint of the cloud's API, where the key is in a cloud and the endpoint another than the cloud's own
     */
    static SigningKey of(String text, Optional<URI> endpoint) {
        return InCloud.is(text) ? new InCloud(text, endpoint) : new InFile(Path.of(text));
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
