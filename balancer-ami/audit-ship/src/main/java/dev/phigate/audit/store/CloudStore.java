package dev.phigate.audit.store;

import dev.phigate.audit.ship.ObjectStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A store of any cloud: names below a prefix, checksums that are compared, and failures that say what they are about. */
final class CloudStore implements ObjectStore {
    private final CloudBucket bucket;
    private final String prefix;

    /**
     * A store in a bucket.
     *
     * @param prefix what the keys of its objects begin with; empty, or with a slash at its end
     */
    CloudStore(CloudBucket bucket, String prefix) {
        this.bucket = bucket;
        this.prefix = prefix;
    }

    /** {@code a/b/} of {@code /a/b}. */
    static String prefix(String path) {
        String plain = path.replaceAll("^/+|/+$", "");
        return plain.isEmpty() ? "" : plain + "/";
    }

    /** What the client of a cloud does. */
    @FunctionalInterface
    private interface Call<T extends @Nullable Object> {
        T make() throws IOException;
    }

    /** The clients of the clouds have no failure in common but that none is checked. */
    private <T extends @Nullable Object> T named(String name, String how, Call<T> call) throws IOException {
        try {
            return call.make();
        } catch (RuntimeException e) {
            throw new IOException(address(name) + ": " + how + ": " + e.getMessage(), e);
        }
    }

    private String address(String name) {
        return bucket.address() + prefix + name;
    }

    @Override
    public void put(String name, byte[] content) throws IOException {
        put(name, new Content.Bytes(content));
    }

    @Override
    public void put(String name, Path content) throws IOException {
        put(name, Content.InFile.of(content));
    }

    private void put(String name, Content content) throws IOException {
        @Nullable String confirmed = named(name, "cannot be put", () -> bucket.put(prefix + name, content));
        String sent = bucket.checksum(content);
        if (!sent.equals(confirmed)) {
            throw new IOException(
                    address(name) + ": the store confirms the checksum " + confirmed + " (expected: " + sent + ")");
        }
    }

    @Override
    public boolean putNewest(String name, byte[] content) throws IOException {
        if (bucket.keepsVersions()) {
            put(name, content);
        }
        return bucket.keepsVersions();
    }

    @Override
    public boolean fetch(String name, OutputStream to) throws IOException {
        return named(name, "cannot be read", () -> bucket.fetch(prefix + name, to));
    }

    @Override
    public List<String> list(String below) throws IOException {
        return named(below, "cannot be listed", () -> {
            List<String> names = new ArrayList<>();
            bucket.list(prefix + below).forEach(key -> names.add(key.substring(prefix.length())));
            return names;
        });
    }

    @Override
    public List<String> children(String folder) throws IOException {
        int length = prefix.length() + folder.length();
        return named(
                folder,
                "cannot be listed",
                () -> bucket.children(prefix + folder)
                        .map(key -> key.substring(length))
                        .filter(name -> !name.isEmpty())
                        .toList());
    }

    @Override
    public void hold(String name, boolean held) throws IOException {
        named(name, "its legal hold cannot be changed", () -> {
            bucket.hold(prefix + name, held);
            return true;
        });
    }

    @Override
    public void close() {
        bucket.close();
    }
}
