package dev.phigate.balancer;

import dev.phigate.balancer.tls.certificate.FileStamp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Notices that files have changed, and tells once they have stopped changing for one look. Looks at names, so that a link that
 * is set to another file counts as well. Used by one thread.
 */
final class FileWatch {
    /** File systems tell the time of the last tick, or their own. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMillis(100);

    private Map<Path, FileStamp> begun = Map.of();
    private Map<Path, FileStamp> known = Map.of();
    private Map<Path, FileStamp> last = Map.of();

    /**
     * Begins anew: what the files are now is what is known, but for those that were exchanged after somebody began to read them, who
     * may know what they were before.
     *
     * @param since when the reading began
     */
    void begin(Collection<Path> files, Instant since) {
        last = look(files);
        known = new LinkedHashMap<>(last);
        known.replaceAll((file, stamp) -> exchanged(file, since) ? FileStamp.NOTHING : stamp);
        begun = known;
    }

    /** By the time at which a name was given its content, which moving or copying a file with its times does not keep. */
    private static boolean exchanged(Path file, Instant since) {
        try {
            FileTime changed = (FileTime) Files.getAttribute(file, "unix:ctime");
            // What was exchanged later than now was so by a clock that has been put back since.
            return !changed.toInstant().isBefore(since.minus(CLOCKS_DIFFER))
                    && !changed.toInstant().isAfter(Instant.now().plus(CLOCKS_DIFFER));
        } catch (IOException e) {
            return false;
        }
    }

    /** Looks once. Answers whether what is known is no longer so, and was the same at the last look. */
    boolean changed() {
        Map<Path, FileStamp> now = look(known.keySet());
        boolean settled = now.equals(last);
        last = now;
        if (settled && !now.equals(known)) {
            known = now;
            return true;
        }
        return false;
    }

    /** Whether what it has told of is still another thing than it began with. */
    boolean differs() {
        return !known.equals(begun);
    }

    private static Map<Path, FileStamp> look(Collection<Path> files) {
        Map<Path, FileStamp> seen = new LinkedHashMap<>();
        files.forEach(file -> seen.put(file, FileStamp.of(file)));
        return seen;
    }
}
