package dev.phigate.cli.audit;

import dev.phigate.audit.clouds.CloudJar;
import dev.phigate.cli.engine.Stop;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where logs were shipped to, in a store of a cloud. The clients of the clouds stand in {@code phigate-audit-ship.jar}, with libraries in
 * versions of their own: it is loaded only for such an address, and sees nothing of the command line.
 *
 * @param uri {@code s3://bucket/prefix}, {@code azure://account/container/prefix} or {@code gs://bucket/prefix}
 */
record StoreAddress(URI uri) {
    private static final Pattern FORM = Pattern.compile("[a-z0-9]+://.*");
    private static final String EXPECTED = "s3://bucket/prefix, azure://account/container/prefix or gs://bucket/prefix";

    /** Whether a text is an address, and not a folder. */
    static boolean is(String text) {
        return FORM.matcher(text).matches();
    }

    /** Reads an address. */
    static StoreAddress of(String text) {
        try {
            URI uri = new URI(text);
            String path = String.valueOf(uri.getPath());
            boolean named = uri.getAuthority() != null && uri.getQuery() == null && uri.getFragment() == null;
            if (named
                    && (text.startsWith("s3:")
                            || text.startsWith("gs:")
                            || (text.startsWith("azure:") && path.matches("/[^/]+.*")))) {
                return new StoreAddress(uri);
            }
        } catch (URISyntaxException e) {
            // Told below, as for any other text.
        }
        throw Stop.usage(text + " (expected: a folder, " + EXPECTED + ")");
    }

    /**
     * Opens what is below the address to be read, for as long as the process runs.
     *
     * @param environment region and endpoint, where they are not as the cloud's client finds them by itself
     */
    Path open(Map<String, String> environment) {
        Path jar;
        try {
            jar = CloudJar.find(uri + " cannot be read");
        } catch (IOException e) {
            throw Stop.couldNotRun(String.valueOf(e.getMessage()), "scripts/phigate setup builds it.");
        }
        try {
            URLClassLoader clouds =
                    new URLClassLoader("clouds", new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
            // The clients look for their parts by it.
            Thread.currentThread().setContextClassLoader(clouds);
            FileSystem store = FileSystems.newFileSystem(uri, environment, clouds);
            return store.provider().getPath(uri);
        } catch (IOException | RuntimeException e) {
            throw Stop.couldNotRun(
                    uri + " cannot be opened: " + e.getMessage(),
                    "Credentials and region come from the environment, as for shipping (docs/audit-log.md).");
        }
    }
}
