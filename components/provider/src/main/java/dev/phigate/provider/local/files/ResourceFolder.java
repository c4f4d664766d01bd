package dev.phigate.provider.local.files;

import dev.phigate.provider.protocol.ResourceFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The folder of one resource. Its path is the resource's id, and its {@code resource.json} says what it is. */
public final class ResourceFolder {
    private static final String RECORD = "resource.json";

    private final Path path;

    /** The folder at an absolute path; it need not be there. */
    public ResourceFolder(Path path) {
        this.path = path;
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** A file in it. */
    public Path file(String name) {
        return path.resolve(name);
    }

    /** Whether it is there. */
    public boolean exists() {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * What it holds.
     *
     * @return nothing when the folder or its {@code resource.json} is missing
     * @throws ResourceFailure when the record cannot be understood
     */
    public Optional<FolderRecord> record() throws IOException {
        Path file = file(RECORD);
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                ? Optional.of(FolderRecord.parse(file.toString(), Files.readString(file)))
                : Optional.empty();
    }

    /** What it holds, provided that it is of one type; something else is refused. */
    public Optional<FolderRecord> record(String type) throws IOException {
        Optional<FolderRecord> record = record();
        if (record.isPresent() && !record.orElseThrow().type().equals(type)) {
            throw new ResourceFailure(
                    path + ": holds a " + record.orElseThrow().type() + " (expected: a " + type + ")");
        }
        return record;
    }

    /**
     * Makes the folder for a resource and notes whose it is, before anything else is put into it.
     *
     * @return whether the folder was made here, so that a failure removes it again
     * @throws ResourceFailure when the folder holds something else
     */
    public boolean claim(FolderRecord begun) throws IOException {
        boolean made = !exists();
        if (made && Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new ResourceFailure(path + ": is not a folder (expected: a folder, or nothing yet)");
        }
        if (!made && record(begun.type()).isEmpty()) {
            refuseForeignFiles();
        }
        OwnerFiles.createFolders(path);
        Files.setPosixFilePermissions(path, OwnerFiles.FOLDER);
        write(begun);
        return made;
    }

    /** Replaces the record. */
    public void write(FolderRecord record) throws IOException {
        OwnerFiles.write(file(RECORD), record.json(), OwnerFiles.PRIVATE);
    }

    /** Removes the folder and everything in it. */
    public void remove() throws IOException {
        OwnerFiles.removeTree(path);
    }

    private void refuseForeignFiles() throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            List<Path> foreign =
                    entries.filter(entry -> !OwnerFiles.isTemporary(entry)).toList();
            if (!foreign.isEmpty()) {
                throw new ResourceFailure(path + ": is not empty and is no phigate resource (it holds "
                        + foreign.getFirst().getFileName() + "); choose another folder, or empty it");
            }
        }
    }
}
