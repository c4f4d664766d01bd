package dev.phigate.audit.store.view;

import dev.phigate.audit.store.Stores;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the stores of the clouds through {@code java.nio.file}, so that whatever reads a log from a folder reads it from a store:
 * {@code FileSystems.newFileSystem(URI.create("s3://bucket/prefix"), Map.of("region", ..., "endpoint", ...), loader)}, then
 * {@code provider().getPath(uri)}. Nothing can be written. One for each scheme.
 */
public abstract class StoreProvider extends FileSystemProvider {
    private final String scheme;
    private @Nullable StoreFileSystem last;

    private StoreProvider(String scheme) {
        this.scheme = scheme;
    }

    /** {@code s3://bucket/prefix}. */
    public static final class S3 extends StoreProvider {
        /** For {@link java.util.ServiceLoader}. */
        public S3() {
            super("s3");
        }
    }

    /** {@code azure://account/container/prefix}. */
    public static final class Azure extends StoreProvider {
        /** For {@link java.util.ServiceLoader}. */
        public Azure() {
            super("azure");
        }
    }

    /** {@code gs://bucket/prefix}. */
    public static final class Gcs extends StoreProvider {
        /** For {@link java.util.ServiceLoader}. */
        public Gcs() {
            super("gs");
        }
    }

    @Override
    public String getScheme() {
        return scheme;
    }

    /**
     * Opens the bucket of an address with the credentials of this process's environment.
     *
     * @param environment {@code region}, {@code endpoint}, and for Azure {@code connection}, a connection string instead of the one in
     *     the environment; all optional
     * @throws IOException when it cannot be reached; the message names it
     */
    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) throws IOException {
        Optional<URI> endpoint = text(environment, "endpoint").map(URI::create);
        Stores.Reading reading =
                Stores.toRead(uri, text(environment, "region"), endpoint, text(environment, "connection"));
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        StoreFileSystem made =
                new StoreFileSystem(this, reading.address(), new StoreObjects(reading.store(), temporary));
        last = made;
        return made;
    }

    private static Optional<String> text(Map<String, ?> environment, String key) {
        return Optional.ofNullable(environment.get(key)).map(Object::toString);
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        StoreFileSystem opened = last;
        if (opened == null || !uri.toString().startsWith(opened.address())) {
            throw new FileSystemNotFoundException(uri + ": it is not open");
        }
        return opened;
    }

    @Override
    public Path getPath(URI uri) {
        StoreFileSystem opened = (StoreFileSystem) getFileSystem(uri);
        return opened.getPath("/" + uri.toString().substring(opened.address().length()))
                .normalize();
    }

    private static StoreObjects objects(Path path) {
        return ((StorePath) path).store().objects();
    }

    private static String object(Path path) {
        return ((StorePath) path).toAbsolutePath().object();
    }

    private static Path content(Path path) throws IOException {
        try {
            return objects(path).content(object(path));
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(path.toString());
        }
    }

    private static void requireReading(Set<? extends OpenOption> options) {
        if (options.stream().anyMatch(option -> option != StandardOpenOption.READ)) {
            throw new ReadOnlyFileSystemException();
        }
    }

    @Override
    public SeekableByteChannel newByteChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attrs)
            throws IOException {
        return newFileChannel(path, options, attrs);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attrs)
            throws IOException {
        requireReading(options);
        return FileChannel.open(content(path), StandardOpenOption.READ);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        checkAccess(folder);
        if (objects(folder).kind(object(folder)) != StoreObjects.Kind.FOLDER) {
            throw new NotDirectoryException(folder.toString());
        }
        List<Path> inside = new ArrayList<>();
        for (String name : objects(folder).children(object(folder))) {
            Path path = folder.resolve(name);
            if (filter.accept(path)) {
                inside.add(path);
            }
        }
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return inside.iterator();
            }

            @Override
            public void close() {
                // Everything was asked for at once.
            }
        };
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        if (List.of(modes).contains(AccessMode.WRITE)) {
            throw new ReadOnlyFileSystemException();
        }
        if (objects(path).kind(object(path)) == StoreObjects.Kind.NOTHING) {
            throw new NoSuchFileException(path.toString());
        }
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        checkAccess(path);
        if (type != BasicFileAttributes.class) {
            throw new UnsupportedOperationException(type + ": a store has basic attributes only");
        }
        boolean folder = objects(path).kind(object(path)) == StoreObjects.Kind.FOLDER;
        // The size costs the whole object: who asks for it by FileChannel pays for it once.
        return type.cast(new StoreAttributes(folder, folder ? 0 : -1));
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        if (!attributes.equals("size") && !attributes.equals("basic:size")) {
            throw new UnsupportedOperationException(attributes + ": a store tells sizes by name only");
        }
        return Map.of("size", Files.size(content(path)));
    }

    @Override
    public boolean isSameFile(Path path, Path other) {
        return path.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
    }

    @Override
    public boolean isHidden(Path path) {
        return false;
    }

    @Override
    public FileStore getFileStore(Path path) {
        throw new UnsupportedOperationException("a store has no space of its own to tell of");
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        return null;
    }

    @Override
    public void createDirectory(Path dir, FileAttribute<?>... attrs) {
        throw new ReadOnlyFileSystemException();
    }

    @Override
    public void delete(Path path) {
        throw new ReadOnlyFileSystemException();
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) {
        throw new ReadOnlyFileSystemException();
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) {
        throw new ReadOnlyFileSystemException();
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
        throw new ReadOnlyFileSystemException();
    }
}
