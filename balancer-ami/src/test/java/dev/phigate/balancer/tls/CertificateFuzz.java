package dev.phigate.balancer.tls;

import dev.phigate.balancer.tls.certificate.FuzzIdentity;
import dev.phigate.balancer.tls.certificate.Identity;
import dev.phigate.settings.InvalidSettings;
import dev.phigate.settings.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Fuzz target: the PEM files of a listener's certificate, its key and the authorities of its clients, one of them whatever it is, as a text or
 * as what stands within its PEM form. They are refused with the name of the file, on one line, or read, and whatever was read can be shown,
 * compared and served, or is refused by an engine; what is as it should be is served.
 */
public final class CertificateFuzz {
    private static final Path FOLDER = folder();
    private static final String DOCUMENT =
            "{certificate: DIR/server.crt, privateKey: DIR/server.key, clientTrust: DIR/trust.crt}"
                    .replace("DIR", FOLDER.toString());
    private static final List<String> ALGORITHMS = List.of("EC", "RSA");

    /** What stands in the folder, but for the part that an input says. */
    private static @Nullable FuzzIdentity written;

    private CertificateFuzz() {}

    private enum Part {
        CERTIFICATE("server.crt", "CERTIFICATE"),
        KEY("server.key", "PRIVATE KEY"),
        TRUST("trust.crt", "CERTIFICATE"),
        CHAIN("server.crt", "CERTIFICATE");

        private final String file;
        private final String type;

        Part(String file, String type) {
            this.file = file;
            this.type = type;
        }
    }

    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("certificates");
            folder.toFile().deleteOnExit();
            for (Part part : Part.values()) {
                folder.resolve(part.file).toFile().deleteOnExit();
            }
            return folder;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Each part that is good, of both kinds of key, as text and as what stands within it. */
    public static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (int at = 0; at < Part.values().length; at++) {
            Part part = Part.values()[at];
            for (int kind = 0; kind < ALGORITHMS.size(); kind++) {
                FuzzIdentity own = FuzzIdentity.of(ALGORITHMS.get(kind));
                byte[] content = part == Part.KEY ? own.key() : own.certificate();
                int head = at | kind << 2;
                seeds.add(input(head, FuzzIdentity.pem(part.type, content).getBytes(StandardCharsets.US_ASCII)));
                seeds.add(input(head | 8, content));
                seeds.add(input(head | 8 | 16, content));
            }
        }
        return seeds;
    }

    private static byte[] input(int head, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(head);
        out.writeBytes(content);
        return out.toByteArray();
    }

    /** One input: which part it is, beside which kind of key, and whether it stands within PEM and is to be served; then what it is. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        if (input.length == 0) {
            return;
        }
        Part part = Part.values()[input[0] & 3];
        FuzzIdentity own = FuzzIdentity.of(ALGORITHMS.get(input[0] >> 2 & 1));
        byte[] content = Arrays.copyOfRange(input, 1, input.length);
        if (!own.equals(written)) {
            own.write(FOLDER, "server.crt", "server.key");
            own.write(FOLDER, "trust.crt", "trust.key");
            written = own;
        }
        Path path = FOLDER.resolve(part.file);
        byte[] before = Files.readAllBytes(path);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        if (part == Part.CHAIN) {
            file.writeBytes(before);
        }
        boolean wrapped = (input[0] & 8) != 0;
        file.writeBytes(wrapped ? FuzzIdentity.pem(part.type, content).getBytes(StandardCharsets.US_ASCII) : content);
        Files.write(path, file.toByteArray());
        ServerTlsConfig config = read();
        boolean good = config != null && ((input[0] & 16) == 0 || serve(config));
        if (!good && Arrays.equals(file.toByteArray(), before)) {
            throw new IllegalStateException("refused although nothing is wrong");
        }
        Files.write(path, before);
    }

    private static @Nullable ServerTlsConfig read() {
        ServerTlsConfig config;
        try {
            config = Settings.yaml("fuzz", DOCUMENT, ServerTlsConfig::read);
        } catch (InvalidSettings e) {
            for (String problem : e.problems()) {
                if (!problem.contains(FOLDER + "/") || problem.chars().anyMatch(Character::isISOControl)) {
                    throw new IllegalStateException("refused as " + problem, e);
                }
            }
            return null;
        }
        Identity identity = config.certificates().getFirst().identity();
        if (!identity.sameAs(identity)
                || identity.shown().isEmpty()
                || identity.toString().isEmpty()) {
            throw new IllegalStateException("read as " + identity);
        }
        config.clients().orElseThrow().trust().fingerprint();
        return config;
    }

    private static boolean serve(ServerTlsConfig config) {
        try {
            ServerTls terms = new ServerTls("fuzz", config, List.of("http/1.1"));
            try {
                terms.prove();
                return true;
            } finally {
                terms.retire();
            }
        } catch (SSLException e) {
            // An engine has its own view of what a certificate is.
            return false;
        }
    }
}
