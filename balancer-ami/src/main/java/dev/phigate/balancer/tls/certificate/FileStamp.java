package dev.phigate.balancer.tls.certificate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * What tells that a file has changed.
 *
 * @param written when it was last written
 * @param changed when it was last written, renamed, or given to somebody else or another mode
 * @param size how long it is; -1 when it cannot be seen
 * @param which which file the name stands for; null when that cannot be seen
 */
public record FileStamp(
        FileTime written,
        FileTime changed,
        long size,
        @Nullable Object which) {
    /** The stamp of a file that cannot be seen. */
    public static final FileStamp NOTHING = new FileStamp(FileTime.fromMillis(0), FileTime.fromMillis(0), -1, null);

    /** The stamp of a file as of now; links are followed. */
    public static FileStamp of(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            FileTime changed = (FileTime) Files.getAttribute(file, "unix:ctime");
            return new FileStamp(attributes.lastModifiedTime(), changed, attributes.size(), attributes.fileKey());
        } catch (IOException e) {
            return NOTHING;
        }
    }
}
