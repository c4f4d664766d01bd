package dev.phigate.audit.store.view;

import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * What a store tells of a name.
 *
 * @param isDirectory whether it is a folder; otherwise it is an object
 * @param size of an object's content; its reader asks for it, since it costs the content
 */
record StoreAttributes(boolean isDirectory, long size) implements BasicFileAttributes {
    private static final FileTime UNKNOWN = FileTime.fromMillis(0);

    @Override
    public FileTime lastModifiedTime() {
        return UNKNOWN;
    }

    @Override
    public FileTime lastAccessTime() {
        return UNKNOWN;
    }

    @Override
    public FileTime creationTime() {
        return UNKNOWN;
    }

    @Override
    public boolean isRegularFile() {
        return !isDirectory;
    }

    @Override
    public boolean isSymbolicLink() {
        return false;
    }

    @Override
    public boolean isOther() {
        return false;
    }

    @Override
    public @Nullable Object fileKey() {
        return null;
    }
}
