package dev.phigate.balancer.audit;

import dev.phigate.settings.Section;
import java.nio.file.Path;

/**
 * Where the audit log is.
 *
 * @param directory the audit directory, an absolute path; created with mode 0700 when it is missing
 * @param origin the name of this log: its folder under the directory, and who wrote it; letters, digits, dot, hyphen and underscore
 * @param segmentBytes the size at which a segment is closed and the next begun; default 64MiB
 */
public record AuditConfig(Path directory, String origin, long segmentBytes) {
    private static final long DEFAULT_SEGMENT = 64L << 20;

    /** Reads the section {@code audit}. */
    public static AuditConfig read(Section section) {
        return new AuditConfig(
                Path.of(section.text("directory")
                        .must(text -> text.startsWith("/") && text.indexOf('\0') < 0, "an absolute path")
                        .required()),
                section.text("origin")
                        .must(
                                text -> text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}"),
                                "at most 100 letters, digits, dots, hyphens and underscores")
                        .required(),
                section.bytes("segment").between(4096L, 1L << 30).orElse(DEFAULT_SEGMENT));
    }

    /** The folder that holds this log's segments. */
    public Path folder() {
        return directory.resolve(origin);
    }
}
