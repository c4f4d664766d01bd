package dev.phigate.components.local;

import dev.phigate.components.Tags;
import java.nio.file.Path;

/**
 * Where a local resource lives and what it holds.
 *
 * @param directory its folder, absolute; the provider makes it, readable by its owner only
 * @param tags its tags
 */
public record Placement(Path directory, Tags tags) {
    /** Refuses a relative folder: the provider's process has a working folder of its own. */
    public Placement {
        if (!directory.isAbsolute()) {
            throw new IllegalArgumentException("directory: " + directory + " (expected: an absolute path)");
        }
    }
}
