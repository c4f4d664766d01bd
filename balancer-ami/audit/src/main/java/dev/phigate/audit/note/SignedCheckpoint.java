package dev.phigate.audit.note;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;

/**
 * A checkpoint and the note that carries it with its signatures (C2SP signed-note).
 *
 * @param checkpoint what was signed
 * @param note the whole note, as it is kept and published
 */
public record SignedCheckpoint(Checkpoint checkpoint, String note) {
    private static final int LONGEST = 16_384;
    private static final int ID_BYTES = 4;
    private static final String DASH = "\u2014 ";

    /**
     * A checkpoint with a signature that somebody else made.
     *
     * @throws NoteException when it is not the key's signature of the checkpoint
     */
    public static SignedCheckpoint verified(Checkpoint checkpoint, VerifierKey key, byte[] signature)
            throws NoteException {
        if (!key.signed(checkpoint.text().getBytes(StandardCharsets.UTF_8), signature)) {
            throw new NoteException("the signature does not fit the checkpoint and the key " + key.text());
        }
        return of(checkpoint, key, signature);
    }

    static SignedCheckpoint of(Checkpoint checkpoint, VerifierKey key, byte[] signature) {
        byte[] code = ByteBuffer.allocate(ID_BYTES + signature.length)
                .putInt(key.id())
                .put(signature)
                .array();
        String line = DASH + key.name() + " " + Base64.getEncoder().encodeToString(code) + "\n";
        return new SignedCheckpoint(checkpoint, checkpoint.text() + "\n" + line);
    }

    /**
     * Reads a note that one of some keys signed. Signatures of unknown keys are passed over, as the format asks; a wrong signature
     * of a known key is an error even when another one is right.
     *
     * @throws NoteException when it is malformed, or none of the keys signed it
     */
    public static SignedCheckpoint open(String note, Collection<VerifierKey> keys) throws NoteException {
        int split = note.lastIndexOf("\n\n");
        if (note.length() > LONGEST || split < 0 || !note.endsWith("\n") || note.endsWith("\n\n")) {
            throw new NoteException("not a signed note (expected: a text, an empty line, signatures)");
        }
        String text = note.substring(0, split + 1);
        byte[] signed = text.getBytes(StandardCharsets.UTF_8);
        boolean verified = false;
        for (String line : note.substring(split + 2, note.length() - 1).split("\n", -1)) {
            verified |= signatureHolds(line, signed, keys);
        }
        Checkpoint checkpoint = Checkpoint.parse(text);
        if (!verified) {
            throw new NoteException("the checkpoint is not signed by " + names(keys));
        }
        return new SignedCheckpoint(checkpoint, note);
    }

    private static boolean signatureHolds(String line, byte[] text, Collection<VerifierKey> keys) throws NoteException {
        String[] words = line.split(" ", -1);
        if (!line.startsWith(DASH) || words.length != 3) {
            throw new NoteException("a signature line is malformed");
        }
        byte[] code;
        try {
            code = Base64.getDecoder().decode(words[2]);
        } catch (IllegalArgumentException e) {
            throw new NoteException("a signature is not base64");
        }
        if (code.length <= ID_BYTES || !Base64.getEncoder().encodeToString(code).equals(words[2])) {
            throw new NoteException("a signature is malformed");
        }
        int id = ByteBuffer.wrap(code).getInt();
        for (VerifierKey key : keys) {
            if (key.name().equals(words[1]) && key.id() == id) {
                if (!key.signed(text, Arrays.copyOfRange(code, ID_BYTES, code.length))) {
                    throw new NoteException("the signature of " + key.name() + " does not fit the checkpoint");
                }
                return true;
            }
        }
        return false;
    }

    private static String names(Collection<VerifierKey> keys) {
        return keys.isEmpty()
                ? "anybody known"
                : String.join(" or ", keys.stream().map(VerifierKey::text).toList());
    }
}
