package dev.phigate.balancer.bench;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.NullUnmarked;

/** A certification authority for tests, and what it issues, as files. */
@NullUnmarked // a null where none should be fails the test that meets it
public final class Pki {
    private static final Duration VALID = Duration.ofDays(2);

    private final Path folder;
    private final X500Name name;
    private final KeyPair key;
    private final X509Certificate authority;

    /** A certificate with its key, in memory and as files. */
    public record Issued(X509Certificate certificate, KeyPair key, Path certificateFile, Path keyFile) {}

    public Pki(Path folder) {
        this(folder, "CN=Test CA");
    }

    public Pki(Path folder, String name) {
        this.name = new X500Name(name);
        try {
            this.folder = Files.createDirectories(folder);
            this.key = keyPair("EC");
            Instant now = Instant.now();
            var builder = builder(name, key, now.minus(VALID), now.plus(VALID));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            this.authority = sign(builder);
            write(trustFile(), "CERTIFICATE", authority.getEncoded(), "rw-r--r--");
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    public Path trustFile() {
        return folder.resolve("ca.crt");
    }

    public Issued issue(String name) {
        return issue(name, "EC", Instant.now().minusSeconds(3600), Instant.now().plus(VALID));
    }

    /** Issues a certificate for a name and for 127.0.0.1. */
    public Issued issue(String name, String algorithm, Instant from, Instant to) {
        return issue(name, algorithm, from, to, List.of(name), "");
    }

    public Issued issue(String algorithm, List<String> names) {
        Instant now = Instant.now();
        return issue(names.getFirst(), algorithm, now.minusSeconds(3600), now.plus(VALID), names, "");
    }

    /** Issues a certificate that names a responder; its file has the authority's as well. */
    public Issued issueAnsweredFor(String name, String responder) {
        Instant now = Instant.now();
        return issue(name, "EC", now.minusSeconds(3600), now.plus(VALID), List.of(name), responder);
    }

    /** Issues a certificate for a key, which may have another one already. */
    public Issued issue(String name, KeyPair pair) {
        Instant now = Instant.now();
        return issue(name, pair, now.minusSeconds(3600), now.plus(VALID), List.of(name), "");
    }

    private Issued issue(
            String subject, String algorithm, Instant from, Instant to, List<String> names, String responder) {
        try {
            return issue(subject, keyPair(algorithm), from, to, names, responder);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private Issued issue(String subject, KeyPair pair, Instant from, Instant to, List<String> names, String responder) {
        try {
            var builder = builder("CN=" + subject, pair, from, to);
            List<GeneralName> all = new ArrayList<>();
            names.forEach(name -> all.add(new GeneralName(GeneralName.dNSName, name)));
            all.add(new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
            builder.addExtension(
                    Extension.subjectAlternativeName, false, new GeneralNames(all.toArray(GeneralName[]::new)));
            if (!responder.isEmpty()) {
                builder.addExtension(
                        Extension.authorityInfoAccess,
                        false,
                        new AuthorityInformationAccess(
                                AccessDescription.id_ad_ocsp,
                                new GeneralName(GeneralName.uniformResourceIdentifier, responder)));
            }
            X509Certificate certificate = sign(builder);
            String file = subject.replace("*", "any") + "-" + System.nanoTime();
            Path certificateFile = folder.resolve(file + ".crt");
            Path keyFile = folder.resolve(file + ".key");
            write(certificateFile, "CERTIFICATE", certificate.getEncoded(), "rw-r--r--");
            if (!responder.isEmpty()) {
                Files.writeString(certificateFile, Files.readString(trustFile()), StandardOpenOption.APPEND);
            }
            write(keyFile, "PRIVATE KEY", pair.getPrivate().getEncoded(), "rw-------");
            return new Issued(certificate, pair, certificateFile, keyFile);
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes the list of what this authority revoked to a file, at once, as a rename does. */
    public void revoke(Path file, Instant ends, Issued... revoked) {
        try {
            var builder = new X509v2CRLBuilder(name, Date.from(Instant.now().minusSeconds(60)));
            builder.setNextUpdate(Date.from(ends));
            for (Issued one : revoked) {
                builder.addCRLEntry(
                        one.certificate().getSerialNumber(), Date.from(Instant.now()), CRLReason.keyCompromise);
            }
            byte[] list = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate()))
                    .getEncoded();
            Path next = file.resolveSibling(file.getFileName() + ".next");
            write(next, "X509 CRL", list, "rw-r--r--");
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What this authority's responder says about a certificate. */
    public byte[] answer(Issued about, CertificateStatus status, Instant from, Instant to) {
        try {
            var digests = new JcaDigestCalculatorProviderBuilder().build();
            var holder = new JcaX509CertificateHolder(authority);
            var builder = new BasicOCSPRespBuilder(new RespID(holder.getSubject()));
            builder.addResponse(
                    new CertificateID(
                            digests.get(CertificateID.HASH_SHA1),
                            holder,
                            about.certificate().getSerialNumber()),
                    status,
                    Date.from(from),
                    Date.from(to));
            var signed = builder.build(
                    new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate()), null, Date.from(from));
            return new OCSPRespBuilder()
                    .build(OCSPRespBuilder.SUCCESSFUL, signed)
                    .getEncoded();
        } catch (GeneralSecurityException | IOException | OperatorCreationException | OCSPException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A JDK context that shows a certificate, or none, and trusts this authority. */
    public SSLContext context(Issued issued) {
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

    private JcaX509v3CertificateBuilder builder(String subject, KeyPair own, Instant from, Instant to) {
        return new JcaX509v3CertificateBuilder(
                name,
                BigInteger.valueOf(System.nanoTime()),
                Date.from(from),
                Date.from(to),
                new X500Name(subject),
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
