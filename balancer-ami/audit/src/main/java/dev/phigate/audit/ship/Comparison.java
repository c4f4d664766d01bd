package dev.phigate.audit.ship;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Takes what is read back and holds it against the file that was sent, part by part. One thread. */
final class Comparison extends OutputStream {
    private final InputStream sent;
    private boolean same = true;

    /**
     * A comparison that begins at the beginning of a file.
     *
     * @throws IOException when the file cannot be read
     */
    Comparison(Path sent) throws IOException {
        this.sent = new BufferedInputStream(Files.newInputStream(sent));
    }

    @Override
    public void write(int arrived) throws IOException {
        write(new byte[] {(byte) arrived}, 0, 1);
    }

    @Override
    public void write(byte[] arrived, int from, int length) throws IOException {
        same = same && Arrays.equals(sent.readNBytes(length), Arrays.copyOfRange(arrived, from, from + length));
    }

    /** Whether everything that was taken is the file, and the file ends there. */
    boolean isWhole() throws IOException {
        return same && sent.read() < 0;
    }

    @Override
    public void close() throws IOException {
        sent.close();
    }
}
