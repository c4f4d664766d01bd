package dev.phigate.balancer;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.NullUnmarked;

/** A certification authority for tests, and what it issues, as files. */
@NullUnmarked // a null where none should be fails the test that meets it
final class Pki {
    private static final Duration VALID = Duration.ofDays(2);

    private final Path folder;
    private final KeyPair key;
    private final X509Certificate authority;

    /** A certificate with its key, in memory and as files. */
    record Issued(X509Certificate certificate, KeyPair key, Path certificateFile, Path keyFile) {}

    Pki(Path folder) {
        try {
            this.folder = Files.createDirectories(folder);
            this.key = keyPair("EC");
            Instant now = Instant.now();
            var builder = builder("CN=Test CA", key, now.minus(VALID), now.plus(VALID));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            this.authority = sign(builder);
            write(trustFile(), "CERTIFICATE", authority.getEncoded(), "rw-r--r--");
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    Path trustFile() {
        return folder.resolve("ca.crt");
    }

    Issued issue(String name) {
        return issue(name, "EC", Instant.now().minusSeconds(3600), Instant.now().plus(VALID));
    }

    /** Issues a certificate for a name and for 127.0.0.1. */
    Issued issue(String name, String algorithm, Instant from, Instant to) {
        try {
            KeyPair pair = keyPair(algorithm);
            var builder = builder("CN=" + name, pair, from, to);
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
                new GeneralName(GeneralName.dNSName, name), new GeneralName(GeneralName.iPAddress, "127.0.0.1")
            }));
            X509Certificate certificate = sign(builder);
            String file = name + "-" + System.nanoTime();
            Path certificateFile = folder.resolve(file + ".crt");
            Path keyFile = folder.resolve(file + ".key");
            write(certificateFile, "CERTIFICATE", certificate.getEncoded(), "rw-r--r--");
            write(keyFile, "PRIVATE KEY", pair.getPrivate().getEncoded(), "rw-------");
            return new Issued(certificate, pair, certificateFile, keyFile);
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A JDK context that shows a certificate, or none, and trusts this authority. */
    SSLContext context(Issued issued) {
        try {
            char[] password = "test".toCharArray();
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, password);
            if (issued != null) {
                store.setKeyEntry("key", issued.key().getPrivate(), password, new X509Certificate[] {
                    issued.certificate(), authority
                });
            }
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, password);
            trusted.setCertificateEntry("ca", authority);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private JcaX509v3CertificateBuilder builder(String name, KeyPair own, Instant from, Instant to) {
        X500Name issuerName = new X500Name("CN=Test CA");

        return new JcaX509v3CertificateBuilder(
                issuerName,
                BigInteger.valueOf(System.nanoTime()),
                Date.from(from),
                Date.from(to),
                new X500Name(name),
                own.getPublic());
    }

    private X509Certificate sign(JcaX509v3CertificateBuilder builder)
            throws OperatorCreationException, GeneralSecurityException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate())));
    }

    private static KeyPair keyPair(String algorithm) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(algorithm.equals("EC") ? 256 : 2048);
        return generator.generateKeyPair();
    }

    private static void write(Path file, String type, byte[] content, String mode) throws IOException {
        String text = "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + type
                + "-----\n";
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
        Files.writeString(file, text);
    }
}
