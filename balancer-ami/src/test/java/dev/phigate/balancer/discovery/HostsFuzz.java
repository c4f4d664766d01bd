package dev.phigate.balancer.discovery;

import dev.phigate.balancer.upstream.UpstreamConfig.HostConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Fuzz target: the watched file of hosts. It is read whole, with hosts that can be connected to, or refused with the line that is wrong. */
public final class HostsFuzz {
    private static final Path FILE = file();

    private HostsFuzz() {}

    private static Path file() {
        try {
            Path file = Files.createTempFile("hosts", ".fuzz");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One input: the file. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        Files.write(FILE, input);
        List<HostConfig> hosts;
        try (HostsFile source = new HostsFile(FILE)) {
            source.due(Instant.EPOCH);
            hosts = source.look(Instant.EPOCH);
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).startsWith(FILE + ", line ")) {
                throw new IllegalStateException("refused without its place", e);
            }
            return;
        }
        for (HostConfig host : hosts) {
            if (host.address().isUnresolved()
                    || host.address().getPort() == 0
                    || host.weight() < 1
                    || host.weight() > 100) {
                throw new IllegalStateException("found " + host);
            }
        }
    }
}
