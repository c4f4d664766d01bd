package dev.phigate.provider.local.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and EC private keys as PEM text (RFC 7468). */
public final class Pem {
    private static final int LINE = 64;
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private static final Pattern PUBLIC_KEY =
            Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----");

    private Pem() {}

    /** A certificate as text. */
    public static String text(X509Certificate certificate) {
        try {
            return text("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate that cannot be written", e);
        }
    }

    /** A private key as text, PKCS#8 without a passphrase. Never for messages or logs. */
    public static String text(PrivateKey key) {
        return text("PRIVATE KEY", key.getEncoded());
    }

    /**
     * The certificates in a file.
     *
     * @throws IOException when there is none, or one cannot be understood
     */
    public static List<X509Certificate> certificates(Path file) throws IOException {
        try {
            List<X509Certificate> certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (certificates.isEmpty()) {
                throw new IOException(file + ": holds no certificate (expected: PEM)");
            }
            return certificates;
        } catch (CertificateException e) {
            throw new IOException(file + ": cannot be understood (expected: certificates in PEM)", e);
        }
    }

    /**
     * The EC private key in a file.
     *
     * @throws IOException when there is none; the message does not show the content
     */
    public static PrivateKey privateKey(Path file) throws IOException {
        return privateKey(file, "EC");
    }

    /**
     * The private key in a file.
     *
     * @param algorithm as the JDK names it
     * @throws IOException when there is none; the message does not show the content
     */
    public static PrivateKey privateKey(Path file, String algorithm) throws IOException {
        Matcher matcher = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        if (!matcher.find()) {
            throw new IOException(file + ": holds no private key (expected: PKCS#8 in PEM)");
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(matcher.group(1));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(
                    file + ": cannot be understood (expected: an " + algorithm + " private key, PKCS#8 in PEM)");
        }
    }

    /** A public key as text. */
    public static String text(PublicKey key) {
        return text("PUBLIC KEY", key.getEncoded());
    }

    /**
     * The public key in a file.
     *
     * @param algorithm as the JDK names it
     * @throws IOException when there is none
     */
    public static PublicKey publicKey(Path file, String algorithm) throws IOException {
        Matcher matcher = PUBLIC_KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        try {
            if (matcher.find()) {
                byte[] encoded = Base64.getMimeDecoder().decode(matcher.group(1));
                return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded));
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // Told below, as when there is none.
        }
        throw new IOException(file + ": cannot be understood (expected: an " + algorithm + " public key in PEM)");
    }

    private static String text(String label, byte[] encoded) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(encoded) + "\n-----END " + label
                + "-----\n";
    }
}
