package dev.phigate.audit.note;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The key that signs a log's checkpoints: Ed25519, in the text form of {@code golang.org/x/mod/sumdb/note}
 * ({@code PRIVATE+KEY+name+id+base64}) or as PKCS#8 in PEM (RFC 8410), in a file that only its owner may read. Any thread.
 */
public final class LogKey implements Signer {
    private static final String PREFIX = "PRIVATE+KEY+";
    private static final String PEM_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String PEM_END = "-----END PRIVATE KEY-----";
    /** What stands before the seed in the PKCS#8 form (RFC 8410, section 7). */
    private static final byte[] PKCS8 = HexFormat.of().parseHex("302e020100300506032b657004220420");

    private static final int SEED_BYTES = 32;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final PrivateKey key;
    private final VerifierKey verifier;

    private LogKey(String name, byte[] seed) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            // The JDK derives a public key only while it generates a pair, from random bytes: these are the seed.
            generator.initialize(255, new Fixed(seed));
            KeyPair pair = generator.generateKeyPair();
            byte[] encoded = pair.getPublic().getEncoded();
            this.key = pair.getPrivate();
            this.verifier =
                    VerifierKey.of(name, Arrays.copyOfRange(encoded, encoded.length - SEED_BYTES, encoded.length));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no Ed25519", e);
        }
    }

    /**
     * Reads a key, or makes it when the file is not there.
     *
     * @param file readable by its owner only (0600)
     * @param origin the log's, which the key must be named after
     * @throws IOException when it cannot be read or written, others may read it, or it is another log's
     */
    public static LogKey open(Path file, String origin) throws IOException {
        if (!Files.exists(file)) {
            create(file, origin);
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (!OWNER_ONLY.containsAll(permissions)) {
            throw new IOException("the key " + file + " has permissions " + PosixFilePermissions.toString(permissions)
                    + " (expected: rw------- at most); make a new key if others may have read it");
        }
        return parse(Files.readString(file).strip(), file, origin);
    }

    @Override
    public VerifierKey verifier() {
        return verifier;
    }

    @Override
    public SignedCheckpoint sign(Checkpoint checkpoint) {
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(key);
            signer.update(checkpoint.text().getBytes(StandardCharsets.UTF_8));
            return SignedCheckpoint.of(checkpoint, verifier, signer.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Ed25519 cannot sign", e);
        }
    }

    @Override
    public CompletableFuture<SignedCheckpoint> begin(Checkpoint checkpoint) {
        return CompletableFuture.completedFuture(sign(checkpoint));
    }

    @Override
    public void close() {
        // A key in memory holds nothing that could be given back.
    }

    private static void create(Path file, String origin) throws IOException {
        byte[] seed = new byte[SEED_BYTES];
        new SecureRandom().nextBytes(seed);
        byte[] code = ByteBuffer.allocate(1 + SEED_BYTES)
                .put(VerifierKey.ED25519)
                .put(seed)
                .array();
        LogKey made = new LogKey(origin, seed);
        String text = PREFIX + origin + "+" + HexFormat.of().toHexDigits(made.verifier.id()) + "+"
                + Base64.getEncoder().encodeToString(code) + "\n";
        Path fresh = Files.createTempFile(
                file.toAbsolutePath().getParent(), "key", ".tmp", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        Files.writeString(fresh, text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static LogKey parse(String text, Path file, String origin) throws IOException {
        if (text.startsWith(PEM_BEGIN)) {
            return new LogKey(origin, seed(text, file));
        }
        String[] parts =
                text.startsWith(PREFIX) ? text.substring(PREFIX.length()).split("\\+", 3) : new String[0];
        if (parts.length != 3) {
            throw new IOException("the key " + file
                    + " is not a note signing key (expected: PRIVATE+KEY+name+id+base64, or PKCS#8 in PEM)");
        }
        if (!parts[0].equals(origin)) {
            throw new IOException("the key " + file + " is the key of " + parts[0] + " (expected: of " + origin + ")");
        }
        byte[] code;
        try {
            code = Base64.getDecoder().decode(parts[2]);
        } catch (IllegalArgumentException e) {
            throw new IOException("the key " + file + " is not base64", e);
        }
        if (code.length != 1 + SEED_BYTES || code[0] != VerifierKey.ED25519) {
            throw new IOException("the key " + file + " is not an Ed25519 key");
        }
        LogKey key = new LogKey(origin, Arrays.copyOfRange(code, 1, code.length));
        if (!HexFormat.of().toHexDigits(key.verifier.id()).equals(parts[1])) {
            throw new IOException("the key " + file + " is damaged: its id does not belong to it");
        }
        return key;
    }

    private static byte[] seed(String pem, Path file) throws IOException {
        try {
            byte[] code = Base64.getMimeDecoder()
                    .decode(pem.replace(PEM_BEGIN, "").replace(PEM_END, "").strip());
            if (code.length == PKCS8.length + SEED_BYTES && Arrays.mismatch(PKCS8, code) == PKCS8.length) {
                return Arrays.copyOfRange(code, PKCS8.length, code.length);
            }
        } catch (IllegalArgumentException e) {
            // Told below, as for a key of another kind.
        }
        throw new IOException("the key " + file + " is not an Ed25519 key in PKCS#8");
    }

    /** Random bytes that are not random. */
    private static final class Fixed extends SecureRandom {
        private static final long serialVersionUID = 1L;
        private final byte[] bytes;

        Fixed(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        @Override
        public void nextBytes(byte[] to) {
            System.arraycopy(bytes, 0, to, 0, to.length);
        }
    }
}
