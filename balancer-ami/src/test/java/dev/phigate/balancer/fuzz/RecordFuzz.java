package dev.phigate.balancer.fuzz;

import dev.phigate.audit.form.RecordText;
import dev.phigate.audit.note.NoteException;
import dev.phigate.audit.note.SignedCheckpoint;
import dev.phigate.audit.note.VerifierKey;
import dev.phigate.audit.tree.Tile;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Fuzz target: what a log's verifier reads that somebody may have written over: records, checkpoints, keys and names of tiles. */
public final class RecordFuzz {
    private RecordFuzz() {}

    /** One input: any of them. */
    public static void fuzzerTestOneInput(byte[] input) {
        new RecordText().visit(input, 0, input.length, (field, from, length) -> {
            if (from < 0 || length < 0 || from + length > input.length) {
                throw new IllegalStateException(field + " from " + from + ", " + length + " bytes");
            }
        });
        String text = new String(input, StandardCharsets.UTF_8);
        try {
            SignedCheckpoint.open(text, List.of());
            throw new IllegalStateException("believed without a key");
        } catch (NoteException e) {
            // No key, no trust.
        }
        try {
            VerifierKey key = VerifierKey.parse(text);
            if (!key.text().equals(text.strip())) {
                throw new IllegalStateException("read as " + key.text());
            }
        } catch (NoteException e) {
            // No key.
        }
        Tile tile = Tile.parse(text);
        if (tile != null && !tile.path().equals("tile/" + text)) {
            throw new IllegalStateException("read as " + tile.path());
        }
    }
}
