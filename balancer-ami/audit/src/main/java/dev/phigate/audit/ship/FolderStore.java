package dev.phigate.audit.ship;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A folder as a store, on another disk or another machine. It protects nothing by itself: its file system must. */
public final class FolderStore implements ObjectStore {
    private final Path folder;

    /** The store in a folder, which is made when it is missing. */
    public FolderStore(Path folder) {
        this.folder = folder;
    }

    @Override
    public void put(String name, byte[] content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
        Files.write(fresh, content);
        place(fresh, file);
    }

    @Override
    public void put(String name, Path content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
        Files.copy(content, fresh, StandardCopyOption.REPLACE_EXISTING);
        place(fresh, file);
    }

    @Override
    public boolean holds(String name, Path content) throws IOException {
        Path file = folder.resolve(name);
        return Files.exists(file) && Files.mismatch(file, content) < 0;
    }

    private static void place(Path fresh, Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public boolean putNewest(String name, byte[] content) throws IOException {
        put(name, content);
        return true;
    }

    @Override
    public boolean fetch(String name, OutputStream to) throws IOException {
        try {
            Files.copy(folder.resolve(name), to);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public List<String> children(String below) throws IOException {
        if (!Files.isDirectory(folder.resolve(below))) {
            return List.of();
        }
        try (var files = Files.list(folder.resolve(below))) {
            return files.map(file -> file.getFileName() + (Files.isDirectory(file) ? "/" : ""))
                    .filter(name -> !name.endsWith(".tmp"))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public List<String> list(String prefix) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .filter(name -> name.startsWith(prefix) && !name.endsWith(".tmp"))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void hold(String name, boolean held) throws IOException {
        throw new IOException(folder + ": a folder cannot hold objects (expected: an object store)");
    }

    @Override
    public void close() {
        // Nothing is kept open.
    }
}
