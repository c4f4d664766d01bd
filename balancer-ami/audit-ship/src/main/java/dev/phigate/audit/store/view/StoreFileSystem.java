package dev.phigate.audit.store.view;

import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Set;

/** A bucket as a file system that can be read. Any thread. */
final class StoreFileSystem extends FileSystem {
    private final FileSystemProvider provider;
    private final String address;
    private final StoreObjects objects;
    private volatile boolean open = true;

    StoreFileSystem(FileSystemProvider provider, String address, StoreObjects objects) {
        this.provider = provider;
        this.address = address;
        this.objects = objects;
    }

    /** What the texts of absolute paths begin with. */
    String address() {
        return address;
    }

    StoreObjects objects() {
        return objects;
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            objects.close();
        }
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isReadOnly() {
        return true;
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of(getPath("/"));
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return List.of();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Set.of("basic");
    }

    @Override
    public Path getPath(String first, String... more) {
        return new StorePath(this, Path.of(first, more));
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher(syntaxAndPattern);
        return path -> matcher.matches(((StorePath) path).names());
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException("a store has no users of this machine");
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException("stores are not watched");
    }
}
