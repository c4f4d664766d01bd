package dev.phigate.audit.write;

import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is wrong with a log at the moment. Any thread. */
final class Status {
    private final Map<Part, String> troubles = new EnumMap<>(Part.class);
    private volatile @Nullable String broken;
    private volatile String trouble = "";

    /** Who may be in trouble and get out of it again. */
    enum Part {
        NEXT_SEGMENT,
        SPOOL,
        TREE,
        SIGNATURE,
        SEAL
    }

    /** The log takes no more records until it is opened again. The first reason stays. */
    synchronized void breakFor(String reason) {
        if (broken == null) {
            broken = reason;
        }
    }

    @Nullable
    String broken() {
        return broken;
    }

    synchronized void trouble(Part part, String what) {
        troubles.put(part, what);
        show();
    }

    synchronized void fine(Part part) {
        if (troubles.remove(part) != null) {
            show();
        }
    }

    /** Everything that is wrong, though the log goes on; empty when nothing is. */
    String trouble() {
        return trouble;
    }

    private void show() {
        trouble = troubles.values().stream().collect(Collectors.joining("; "));
    }
}
