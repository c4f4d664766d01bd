package dev.phigate.balancer.discovery;

import dev.phigate.balancer.tls.certificate.FileStamp;
import dev.phigate.balancer.upstream.UpstreamConfig.HostConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file with a host in each line: {@code https://ADDRESS:PORT}, then {@code weight=N} and {@code zone=NAME} where they are told. Lines
 * that are empty or begin with # say nothing. It is read once it has stopped changing for one look, whole or not at all.
 */
final class HostsFile implements Source {
    private static final Pattern LINE = Pattern.compile(
            "https://([0-9.]+|\\[[0-9a-fA-F:.]+\\]):([0-9]{1,5})(?: +weight=([0-9]{1,3}))?(?: +zone=([A-Za-z0-9][A-Za-z0-9._-]{0,63}))?");
    private static final int LARGEST = 1 << 20;
    private static final int LAST_PORT = 65_535;
    private static final int MOST_WEIGHT = 100;

    private final Path file;
    private @Nullable FileStamp known;
    private @Nullable FileStamp last;

    HostsFile(Path file) {
        this.file = file;
    }

    @Override
    public boolean due(Instant now) {
        FileStamp seen = FileStamp.of(file);
        boolean settled = known == null || seen.equals(last);
        last = seen;
        return settled && !seen.equals(known);
    }

    @Override
    public List<HostConfig> look(Instant now) throws IOException {
        byte[] bytes = bytes();
        // Not before: nobody knows what is in a file that could not be read, so that is tried again.
        known = last;
        List<HostConfig> hosts = new ArrayList<>();
        Map<String, HostConfig> seen = new HashMap<>();
        int number = 0;
        for (String line : lines(bytes)) {
            number++;
            String text = line.strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                HostConfig host = host(text, number);
                HostConfig before = seen.putIfAbsent(host.authority(), host);
                if (before != null && !before.equals(host)) {
                    throw new IOException(file + ", line " + number + ": " + host.authority()
                            + " is there before, with another weight or zone (expected: each once)");
                }
                hosts.add(host);
            }
        }
        return hosts;
    }

    private byte[] bytes() throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(LARGEST + 1);
        } catch (NoSuchFileException e) {
            throw new IOException(file + " does not exist", e);
        } catch (IOException e) {
            String why = e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
            throw new IOException(file + " cannot be read: " + why, e);
        }
    }

    private List<String> lines(byte[] bytes) throws IOException {
        if (bytes.length > LARGEST) {
            throw new IOException(file + " is larger than " + LARGEST + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    }

    private HostConfig host(String text, int number) throws IOException {
        Matcher matched = LINE.matcher(text);
        if (matched.matches()) {
            int port = Integer.parseInt(matched.group(2));
            int weight = matched.group(3) == null ? 1 : Integer.parseInt(matched.group(3));
            InetAddress address = literal(matched.group(1).replaceAll("[\\[\\]]", ""));
            if (address != null && port > 0 && port <= LAST_PORT && weight > 0 && weight <= MOST_WEIGHT) {
                String zone = matched.group(4) == null ? "" : matched.group(4);
                return HostConfig.found(new InetSocketAddress(address, port), weight, zone, "");
            }
        }
        throw new IOException(file + ", line " + number
                + " (expected: https://ADDRESS:PORT, then weight=1 to 100 and zone=NAME where they are told)");
    }

    private static @Nullable InetAddress literal(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    @Override
    public void close() {
        // Nothing is held open.
    }
}
