package dev.phigate.balancer.tls.certificate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reading certificates and private keys from PEM files (RFC 7468). Every failure says the file and what was expected. */
final class Pem {
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ");
    private static final int LARGEST_FILE = 1 << 20;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    /** A file that cannot be used. The message is complete. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }

        Unusable(String message, Exception cause) {
            super(message, cause);
        }
    }

    private record Block(String type, ByteBuffer content) {
        byte[] bytes() {
            byte[] copy = new byte[content.remaining()];
            content.duplicate().get(copy);
            return copy;
        }
    }

    private Pem() {}

    /** All certificates of a file, in its order. */
    static List<X509Certificate> certificates(Path file) throws Unusable {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(file)) {
            if (!block.type().equals("CERTIFICATE")) {
                throw new Unusable(file + " holds a " + block.type() + " (expected: certificates only)");
            }
            try {
                certificates.add((X509Certificate) CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(block.bytes())));
            } catch (CertificateException e) {
                throw new Unusable(file + ": certificate " + (certificates.size() + 1) + " cannot be parsed");
            }
        }
        return certificates;
    }

    /** The private key of a file that only its owner can read. */
    static PrivateKey privateKey(Path file, String algorithm) throws Unusable {
        refuseOpenPermissions(file);
        List<Block> blocks = blocks(file).stream()
                .filter(block -> !block.type().equals("EC PARAMETERS"))
                .toList();
        Block block = blocks.getFirst();
        if (blocks.size() != 1 || !block.type().equals("PRIVATE KEY")) {
            throw new Unusable(file + " holds a " + block.type()
                    + " (expected: one unencrypted PRIVATE KEY in PKCS#8; run: openssl pkcs8 -topk8 -nocrypt -in KEY -out "
                    + file + ")");
        }
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(block.bytes()));
        } catch (GeneralSecurityException e) {
            throw new Unusable(file + " is not a private key for the certificate (expected: a key of type " + algorithm
                    + ", as the certificate's)");
        }
    }

    private static void refuseOpenPermissions(Path file) throws Unusable {
        try {
            Set<PosixFilePermission> found = Files.getPosixFilePermissions(file);
            if (!OWNER_ONLY.containsAll(found)) {
                throw new Unusable(file + " has mode " + PosixFilePermissions.toString(found)
                        + " (expected: rw-------, readable by its owner only; run: chmod 600 " + file + ")");
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static List<Block> blocks(Path file) throws Unusable {
        String text;
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST_FILE + 1);
            if (bytes.length > LARGEST_FILE) {
                throw new Unusable(file + " is larger than 1MiB (expected: a PEM file)");
            }
            text = new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            try {
                byte[] content = Base64.getMimeDecoder().decode(matcher.group(2));
                blocks.add(new Block(matcher.group(1), ByteBuffer.wrap(content)));
            } catch (IllegalArgumentException e) {
                throw new Unusable(file + ": block " + (blocks.size() + 1) + " is not Base64");
            }
        }
        if (BEGIN.matcher(text).results().count() > blocks.size() && !blocks.isEmpty()) {
            throw new Unusable(file + ": a block does not end (expected: -----END ...----- behind each of "
                    + BEGIN.matcher(text).results().count() + "; write the whole file)");
        }
        if (blocks.isEmpty()) {
            throw new Unusable(file + " holds nothing in PEM form (expected: -----BEGIN ...-----)");
        }
        return blocks;
    }

    private static Unusable unreadable(Path file, IOException e) {
        String why = e instanceof NoSuchFileException
                ? "does not exist"
                : "cannot be read (" + e.getClass().getSimpleName() + ")";
        return new Unusable(file + " " + why + " (expected: a PEM file)");
    }
}
