package dev.phigate.audit.verify;

import dev.phigate.audit.note.VerifierKey;
import java.util.List;
import java.util.Map;

/**
 * What a verification believes from the beginning.
 *
 * @param keys the keys that may have signed; empty: those the log itself names, which proves that it fits together and not who wrote it
 * @param anchors signed checkpoints that were kept outside the log's folder, by where they come from
 */
public record Trust(List<VerifierKey> keys, Map<String, String> anchors) {
    /** Believes whatever the log says about its own keys. */
    public static final Trust NOTHING = new Trust(List.of(), Map.of());
}
