package dev.phigate.balancer.tls.certificate;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority of a hierarchy: a root, or one that another has issued. */
record Authority(X509Certificate certificate, KeyPair key) {
    /** An end that does not come in a test. */
    static final Instant LATER = Instant.parse("2099-01-01T00:00:00Z");

    private static final AtomicLong SERIALS = new AtomicLong();

    static Authority root(String name) {
        KeyPair key = newKey();
        X500Principal own = new X500Principal(name);
        return new Authority(certificate(own, key, own, key.getPublic(), LATER, true), key);
    }

    /** One below this one. */
    Authority authority(String name, KeyPair own, Instant ends) {
        return new Authority(
                certificate(
                        certificate.getSubjectX500Principal(),
                        key,
                        new X500Principal(name),
                        own.getPublic(),
                        ends,
                        true),
                own);
    }

    /** A certificate of somebody who is no authority, under a name as RFC 2253 writes it. */
    X509Certificate issue(String name) {
        return certificate(
                certificate.getSubjectX500Principal(),
                key,
                new X500Principal(name),
                newKey().getPublic(),
                LATER,
                false);
    }

    /** The list of what this one revoked, as PEM. */
    String list(X509Certificate... revoked) {
        try {
            var builder = new X509v2CRLBuilder(
                    name(certificate.getSubjectX500Principal()),
                    Date.from(Instant.now().minusSeconds(60)));
            builder.setNextUpdate(Date.from(LATER));
            for (X509Certificate one : revoked) {
                builder.addCRLEntry(one.getSerialNumber(), Date.from(Instant.now()), CRLReason.keyCompromise);
            }
            return pem(
                    "X509 CRL",
                    builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate()))
                            .getEncoded());
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Its certificate, as PEM. */
    String pem() {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509Certificate certificate(
            X500Principal issuer, KeyPair signer, X500Principal name, PublicKey own, Instant ends, boolean authority) {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    name(issuer),
                    BigInteger.valueOf(SERIALS.incrementAndGet()),
                    Date.from(Instant.now().minus(Duration.ofDays(1))),
                    Date.from(ends),
                    name(name),
                    own);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X500Name name(X500Principal name) {
        return X500Name.getInstance(name.getEncoded());
    }

    private static String pem(String type, byte[] content) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n";
    }
}
