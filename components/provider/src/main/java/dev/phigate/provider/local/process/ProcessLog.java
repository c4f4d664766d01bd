package dev.phigate.provider.local.process;

import dev.phigate.provider.local.files.OwnerFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/** The file that a process writes its output to, read from the point where its current run began. */
public final class ProcessLog {
    /** A start that says more than this says it again and again. */
    private static final int MOST_READ = 64 << 10;

    private static final int MOST_SHOWN = 20;

    private final Path file;
    private final long begin;

    private ProcessLog(Path file, long begin) {
        this.file = file;
        this.begin = begin;
    }

    /** Opens the log of a run that is about to begin; its file is the owner's only. */
    public static ProcessLog open(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(OwnerFiles.PRIVATE))) {
            return new ProcessLog(file, channel.size());
        }
    }

    /** Where it is. */
    public Path file() {
        return file;
    }

    /** Whether this run has written a whole line that begins so. */
    public boolean hasLine(String beginning) {
        String text = read();
        int end = text.lastIndexOf('\n');
        return end >= 0 && text.substring(0, end).lines().anyMatch(line -> line.startsWith(beginning));
    }

    /** Whether this run has written a text. */
    public boolean contains(String text) {
        return read().contains(text);
    }

    /** The last lines of this run, for a message. */
    public String lastLines() {
        List<String> lines = read().lines().filter(line -> !line.isBlank()).toList();
        return lines.isEmpty()
                ? "  (it wrote nothing)"
                : "  " + String.join("\n  ", lines.subList(Math.max(0, lines.size() - MOST_SHOWN), lines.size()));
    }

    private String read() {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(MOST_READ);
            channel.position(begin);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // Reads on until the end of the file.
            }
            return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        } catch (IOException e) {
            if (Files.notExists(file)) {
                return "";
            }
            throw new UncheckedIOException(e);
        }
    }
}
