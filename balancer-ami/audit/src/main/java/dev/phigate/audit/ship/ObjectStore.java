package dev.phigate.audit.ship;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place that keeps shipped objects, and keeps them from being changed before their time. Threads: any number at once may call what reads
 * ({@link #fetch}, {@link #get}, {@link #holds}, {@link #list}, {@link #children}), one at a time what changes something, and
 * {@link #close} ends what others are reading with an exception of theirs.
 */
public interface ObjectStore extends AutoCloseable {
    /**
     * Puts an object under the store's protection. Putting the same once more changes nothing.
     *
     * @throws java.nio.file.FileAlreadyExistsException when the store keeps another object of that name for good
     * @throws IOException when it did not arrive whole by the store's own word; the message names the object
     */
    void put(String name, byte[] content) throws IOException;

    /**
     * Puts an object that is too large for memory. Unless a store does better, it takes the memory all the same.
     *
     * @param content the file with its bytes
     * @throws IOException as {@link #put(String, byte[])}
     */
    default void put(String name, Path content) throws IOException {
        put(name, Files.readAllBytes(content));
    }

    /** Whether the newest version of an object is what a file holds, byte for byte. Takes no memory for either. */
    default boolean holds(String name, Path content) throws IOException {
        try (Comparison comparison = new Comparison(content)) {
            return fetch(name, comparison) && comparison.isWhole();
        }
    }

    /**
     * Puts a small object whose newest version counts.
     *
     * @return false when the store keeps the first version and takes no other
     */
    boolean putNewest(String name, byte[] content) throws IOException;

    /**
     * Reads the newest version of an object.
     *
     * @return false when there is none; then nothing was written
     */
    boolean fetch(String name, OutputStream to) throws IOException;

    /** The newest version of an object, or null when there is none. */
    default byte @Nullable [] get(String name) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        return fetch(name, content) ? content.toByteArray() : null;
    }

    /** The names of objects that begin with a prefix, in order. */
    List<String> list(String prefix) throws IOException;

    /**
     * What is directly in a folder.
     *
     * @param folder empty, or with a slash at its end
     * @return the names of objects, and of folders with a slash at their end; empty when there is no such folder
     */
    List<String> children(String folder) throws IOException;

    /** Holds an object beyond its time, until it is released (legal hold). */
    void hold(String name, boolean held) throws IOException;

    @Override
    void close();
}
