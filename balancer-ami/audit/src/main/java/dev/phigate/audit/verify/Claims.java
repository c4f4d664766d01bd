package dev.phigate.audit.verify;

import dev.phigate.audit.note.Checkpoint;
import dev.phigate.audit.note.NoteException;
import dev.phigate.audit.note.SignedCheckpoint;
import dev.phigate.audit.note.VerifierKey;
import dev.phigate.audit.segment.LogFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What trusted keys signed about a log: a root for each of some sizes. */
final class Claims {
    private final LogFolder folder;
    private final List<Finding> findings;
    private final List<VerifierKey> keys = new ArrayList<>();
    private final List<VerifierKey> earlier = new ArrayList<>();
    private final List<Claim> byEarlier = new ArrayList<>();
    private final NavigableMap<Long, Claim> bySize = new TreeMap<>();
    private final Map<Long, Claim> seals = new TreeMap<>();

    /** A checkpoint and where it stands. */
    record Claim(String place, Checkpoint checkpoint) {}

    private Claims(LogFolder folder, List<Finding> findings) {
        this.folder = folder;
        this.findings = findings;
    }

    /** Reads every checkpoint of a log, the newest first: what is written meanwhile is behind it. */
    static Claims read(LogFolder folder, Trust trust, List<Finding> findings, List<String> remarks) throws IOException {
        Claims claims = new Claims(folder, findings);
        List<VerifierKey> own = claims.ownKeys();
        claims.keys.addAll(trust.keys().isEmpty() ? own : trust.keys());
        claims.earlier.addAll(own);
        if (trust.keys().isEmpty()) {
            remarks.add(
                    "the key is the one that the log names itself: this proves that the log fits together, and not who wrote it");
        }
        if (Files.exists(folder.checkpoint())) {
            claims.add("checkpoint", Files.readAllBytes(folder.checkpoint()));
        } else {
            findings.add(Finding.untrusted("the log has no checkpoint: nothing in it is proved"));
        }
        for (var anchor : trust.anchors().entrySet()) {
            claims.add("anchor " + anchor.getKey(), anchor.getValue().getBytes(StandardCharsets.UTF_8));
        }
        claims.readSeals();
        claims.judgeEarlier(remarks);
        return claims;
    }

    /**
     * What only an earlier key of the log signed counts as far as a believed key signed all of it again: the tree that the believed
     * key signed says what the root was then.
     */
    private void judgeEarlier(List<String> remarks) {
        if (byEarlier.isEmpty()) {
            return;
        }
        long believed = bySize.isEmpty() ? 0 : bySize.lastKey();
        for (Claim claim : byEarlier) {
            if (claim.checkpoint().size() > believed) {
                findings.add(Finding.untrusted(claim.place() + ": only a key that the log names itself signed it"));
            } else {
                var _ = agreed(claim);
            }
        }
        remarks.add(
                byEarlier.size() + " seals were signed by an earlier key; a checkpoint of the given key covers them");
    }

    private List<VerifierKey> ownKeys() throws IOException {
        List<VerifierKey> own = new ArrayList<>();
        if (!Files.exists(folder.keys())) {
            findings.add(Finding.damaged("keys: it is missing"));
            return own;
        }
        String text = new String(Files.readAllBytes(folder.keys()), StandardCharsets.UTF_8);
        try {
            for (String line : text.lines().toList()) {
                own.add(VerifierKey.parse(line));
            }
        } catch (NoteException e) {
            findings.add(Finding.damaged("keys: " + e.getMessage()));
            return own;
        }
        if (!text.equals(
                String.join("", own.stream().map(key -> key.text() + "\n").toList()))) {
            findings.add(Finding.damaged("keys: it holds more than keys, one a line"));
        }
        return own;
    }

    private void readSeals() throws IOException {
        if (!Files.isDirectory(folder.segments())) {
            return;
        }
        List<Path> notes = new ArrayList<>();
        try (var files = Files.newDirectoryStream(folder.segments(), "*.note")) {
            files.forEach(notes::add);
        }
        for (Path note : notes.stream().sorted().toList()) {
            String name = note.getFileName().toString();
            @Nullable Claim claim = add("segments/" + name, Files.readAllBytes(note));
            if (claim != null) {
                seals.put(Long.parseLong(name.substring(0, name.indexOf('.'))), claim);
            }
        }
    }

    private @Nullable Claim add(String place, byte[] note) {
        // Bytes that are no UTF-8 become other characters, which no signature fits.
        String text = new String(note, StandardCharsets.UTF_8);
        try {
            Claim claim = new Claim(place, SignedCheckpoint.open(text, keys).checkpoint());
            if (!keys.getFirst().name().equals(claim.checkpoint().origin())) {
                findings.add(Finding.untrusted(
                        place + ": it is a checkpoint of " + claim.checkpoint().origin() + " (expected: of "
                                + keys.getFirst().name() + ")"));
                return null;
            }
            return agreed(claim);
        } catch (NoteException e) {
            return byEarlier(place, text, e);
        }
    }

    private @Nullable Claim byEarlier(String place, String text, NoteException why) {
        try {
            Claim claim = new Claim(place, SignedCheckpoint.open(text, earlier).checkpoint());
            if (place.startsWith("segments/")) {
                byEarlier.add(claim);
                return claim;
            }
        } catch (NoteException e) {
            // Nobody known signed it: told below.
        }
        findings.add(Finding.untrusted(place + ": " + why.getMessage()));
        return null;
    }

    private Claim agreed(Claim claim) {
        @Nullable Claim other = bySize.putIfAbsent(claim.checkpoint().size(), claim);
        if (other != null && !other.checkpoint().hasRoot(claim.checkpoint().root())) {
            findings.add(Finding.untrusted(claim.place() + " and " + other.place() + " have different roots for "
                    + claim.checkpoint().size() + " records: two logs were written under one name"));
        }
        return claim;
    }

    /** What was claimed about a size, or null. */
    @Nullable
    Claim at(long size) {
        return bySize.get(size);
    }

    /** The claim about the most records, or null when there is none. */
    @Nullable
    Claim largest() {
        return bySize.isEmpty() ? null : bySize.lastEntry().getValue();
    }

    /** What seals a segment, or null. */
    @Nullable
    Claim seal(long segment) {
        return seals.get(segment);
    }

    /** Sizes that something was claimed about, in order. */
    Iterable<Long> sizes() {
        return bySize.keySet();
    }

    /** The number of the last sealed segment, or -1. */
    long lastSealed() {
        return seals.keySet().stream().mapToLong(Long::longValue).max().orElse(-1);
    }
}
