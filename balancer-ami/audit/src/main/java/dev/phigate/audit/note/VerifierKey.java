package dev.phigate.audit.note;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** The public key of a log, in the form that {@code golang.org/x/mod/sumdb/note} gave it: {@code name+id+base64}. Any thread. */
public final class VerifierKey {
    static final byte ED25519 = 1;
    private static final int RAW_BYTES = 32;
    private static final byte[] SPKI = HexFormat.of().parseHex("302a300506032b6570032100");

    private final String name;
    private final int id;
    private final byte[] raw;

    private VerifierKey(String name, byte[] raw) {
        this.name = name;
        this.id = id(name, raw);
        this.raw = raw;
    }

    /** The key of a name. */
    static VerifierKey of(String name, byte[] raw) {
        return new VerifierKey(name, raw);
    }

    /**
     * Reads the text form.
     *
     * @throws NoteException when it is none, or its id does not belong to its key
     */
    public static VerifierKey parse(String text) throws NoteException {
        String[] parts = text.strip().split("\\+", 3);
        if (parts.length != 3) {
            throw new NoteException("not a verifier key (expected: name+id+base64)");
        }
        try {
            byte[] key = Base64.getDecoder().decode(parts[2]);
            if (key.length != 1 + RAW_BYTES || key[0] != ED25519) {
                throw new NoteException("not an Ed25519 verifier key");
            }
            VerifierKey parsed = of(parts[0], Arrays.copyOfRange(key, 1, key.length));
            if (!parsed.text().equals(text.strip())) {
                throw new NoteException(
                        "the verifier key's id does not belong to its key: a character of it was changed");
            }
            return parsed;
        } catch (IllegalArgumentException e) {
            throw new NoteException("the verifier key is not base64");
        }
    }

    /**
     * Reads a public key in PEM (RFC 8410), for the log of a name.
     *
     * @throws NoteException when it is none, or not Ed25519
     */
    public static VerifierKey ofPem(String name, String pem) throws NoteException {
        try {
            return ofDer(
                    name,
                    Base64.getMimeDecoder()
                            .decode(pem.replaceAll("-----[A-Z ]+-----", "").strip()));
        } catch (IllegalArgumentException e) {
            throw new NoteException("not an Ed25519 public key in PEM");
        }
    }

    /**
     * Reads a public key in DER (RFC 8410), for the log of a name.
     *
     * @throws NoteException when it is none, or not Ed25519
     */
    public static VerifierKey ofDer(String name, byte[] spki) throws NoteException {
        if (spki.length == SPKI.length + RAW_BYTES && Arrays.mismatch(SPKI, spki) == SPKI.length) {
            return of(name, Arrays.copyOfRange(spki, SPKI.length, spki.length));
        }
        throw new NoteException("not an Ed25519 public key (expected: a SubjectPublicKeyInfo of 44 bytes)");
    }

    /** The key's name, which is the log's origin. */
    public String name() {
        return name;
    }

    /** The first 32 bits of SHA-256 over name and key. */
    public int id() {
        return id;
    }

    /** The text form. */
    public String text() {
        byte[] key = new byte[1 + RAW_BYTES];
        key[0] = ED25519;
        System.arraycopy(raw, 0, key, 1, RAW_BYTES);
        return name + "+" + HexFormat.of().toHexDigits(id) + "+"
                + Base64.getEncoder().encodeToString(key);
    }

    /** Whether the holder of the key signed a text. */
    public boolean signed(byte[] text, byte[] signature) {
        try {
            byte[] encoded = Arrays.copyOf(SPKI, SPKI.length + RAW_BYTES);
            System.arraycopy(raw, 0, encoded, SPKI.length, RAW_BYTES);
            PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(text);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            // A signature or a key that is not even a point of the curve.
            return false;
        }
    }

    private static int id(String name, byte[] raw) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((name + "\n").getBytes(StandardCharsets.UTF_8));
            digest.update(ED25519);
            return java.nio.ByteBuffer.wrap(digest.digest(raw)).getInt();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerifierKey that && that.name.equals(name) && Arrays.equals(that.raw, raw);
    }

    @Override
    public int hashCode() {
        return id;
    }

    @Override
    public String toString() {
        return text();
    }
}
