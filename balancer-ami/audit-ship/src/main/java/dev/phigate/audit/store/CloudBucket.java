package dev.phigate.audit.store;

import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A bucket by its cloud's own client: only what differs between the clouds. Whatever that client throws goes through; {@link CloudStore}
 * says about which object it was. What reads is called by several threads at once, as the clients allow; what changes, by one.
 */
interface CloudBucket extends AutoCloseable {
    /** How long the smallest object may be on its way. */
    Duration LEAST_PATIENCE = Duration.ofSeconds(60);

    /** What the addresses of its objects begin with: {@code s3://bucket/}. */
    String address();

    /** What the store confirms of an object that it took, in the form that it uses. */
    String checksum(Content content);

    /** How long an object of a size may be on its way, at 1 MiB a second or faster. */
    static Duration patience(long size) {
        return LEAST_PATIENCE.plusSeconds(size >> 20);
    }

    /**
     * Puts an object under the store's protection, with its checksum for the store to compare. What is in a file is never in memory as a
     * whole.
     *
     * @return the checksum that the store confirms, null when it confirms none
     * @throws FileAlreadyExistsException when the store keeps another object of that name for good
     */
    @Nullable
    String put(String key, Content content) throws FileAlreadyExistsException;

    /** Whether an object's newest version counts; otherwise the first one stays for good. */
    boolean keepsVersions();

    /**
     * Reads an object's newest version.
     *
     * @return false when there is none; then nothing was written
     */
    boolean fetch(String key, OutputStream to);

    /** The keys of objects that begin with a prefix, in order. */
    Stream<String> list(String prefix);

    /**
     * The keys of what is directly below a prefix that is empty or ends with a slash: of objects, and of folders with a slash at their
     * end.
     */
    Stream<String> children(String prefix);

    /** Holds an object beyond its time, or releases it. */
    void hold(String key, boolean held);

    @Override
    void close();
}
