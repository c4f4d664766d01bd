package dev.phigate.audit.store.view;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import org.jspecify.annotations.Nullable;

/**
 * A name in a store, absolute below its bucket or relative. Its text begins with the bucket's address when it is absolute: it is for
 * people.
 *
 * @param store where it is
 * @param names the same name among this machine's, which knows how names are put together
 */
record StorePath(StoreFileSystem store, Path names) implements Path {
    private StorePath of(Path other) {
        return new StorePath(store, other);
    }

    private @Nullable StorePath orNull(@Nullable Path other) {
        return other == null ? null : of(other);
    }

    private static Path names(Path other) {
        return ((StorePath) other).names;
    }

    /** The name of an object: without the slash before it. */
    String object() {
        return names.normalize().toString().substring(1);
    }

    @Override
    public FileSystem getFileSystem() {
        return store;
    }

    @Override
    public boolean isAbsolute() {
        return names.isAbsolute();
    }

    @Override
    public @Nullable Path getRoot() {
        return orNull(names.getRoot());
    }

    @Override
    public @Nullable Path getFileName() {
        return orNull(names.getFileName());
    }

    @Override
    public @Nullable Path getParent() {
        return orNull(names.getParent());
    }

    @Override
    public int getNameCount() {
        return names.getNameCount();
    }

    @Override
    public Path getName(int index) {
        return of(names.getName(index));
    }

    @Override
    public Path subpath(int from, int to) {
        return of(names.subpath(from, to));
    }

    @Override
    public boolean startsWith(Path other) {
        return other instanceof StorePath path && path.store == store && names.startsWith(path.names);
    }

    @Override
    public boolean endsWith(Path other) {
        return other instanceof StorePath path && path.store == store && names.endsWith(path.names);
    }

    @Override
    public Path normalize() {
        return of(names.normalize());
    }

    @Override
    public Path resolve(Path other) {
        return of(names.resolve(names(other)));
    }

    @Override
    public Path relativize(Path other) {
        return of(names.relativize(names(other)));
    }

    @Override
    public URI toUri() {
        return URI.create(store.address() + toAbsolutePath().names);
    }

    @Override
    public StorePath toAbsolutePath() {
        return of(Path.of("/").resolve(names));
    }

    @Override
    public Path toRealPath(LinkOption... options) {
        return toAbsolutePath().normalize();
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers)
            throws IOException {
        throw new UnsupportedOperationException("stores are not watched");
    }

    @Override
    public int compareTo(Path other) {
        return names.compareTo(names(other));
    }

    @Override
    public String toString() {
        return isAbsolute() ? store.address() + names : names.toString();
    }
}
