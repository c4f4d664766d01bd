package dev.phigate.audit.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What an object is to hold: bytes in memory, or a file that may be larger than memory and does not change while it is sent. */
sealed interface Content {
    /** Bytes in memory. */
    @SuppressWarnings("ArrayRecordComponent")
    record Bytes(byte[] bytes) implements Content {
        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }
    }

    /**
     * A file.
     *
     * @param size its bytes
     */
    record InFile(Path path, long size) implements Content {
        static InFile of(Path path) throws IOException {
            return new InFile(path, Files.size(path));
        }

        @Override
        public InputStream open() {
            try {
                return Files.newInputStream(path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** How many bytes there are. */
    long size();

    /**
     * Its bytes from the first on.
     *
     * @throws UncheckedIOException when the file cannot be read
     */
    InputStream open();
}
