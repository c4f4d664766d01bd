package dev.phigate.balancer;

import dev.phigate.balancer.tls.certificate.FileStamp;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Notices that files have changed, and tells once they have stopped changing for one look. Looks at names, so that a link that
 * is set to another file counts as well. Used by one thread.
 */
final class FileWatch {
    private Map<Path, FileStamp> known = Map.of();
    private Map<Path, FileStamp> last = Map.of();

    /** Begins anew: what the files are now is what is known. */
    void begin(Collection<Path> files) {
        known = look(files);
        last = known;
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

    private static Map<Path, FileStamp> look(Collection<Path> files) {
        Map<Path, FileStamp> seen = new LinkedHashMap<>();
        files.forEach(file -> seen.put(file, FileStamp.of(file)));
        return seen;
    }
}
