package dev.phigate.balancer.tls.certificate;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority that is the same in each process, so that what it signed in one is good in another. Its key is a string of zeros. */
public final class FuzzAuthority {
    /** Who it is. */
    public static final X500Name NAME = new X500Name("CN=Fuzz CA");

    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2099-01-01T00:00:00Z");
    private static final int SEED = 32;

    private static final PrivateKey KEY;
    private static final PublicKey PUBLIC;

    static {
        try {
            var own = new Ed25519PrivateKeyParameters(new byte[SEED], 0);
            KeyFactory factory = KeyFactory.getInstance("Ed25519");
            KEY = factory.generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, own.getEncoded()));
            PUBLIC = factory.generatePublic(new X509EncodedKeySpec(
                    SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(own.generatePublicKey())
                            .getEncoded()));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private FuzzAuthority() {}

    /** Its own certificate for number 1, somebody's for another. */
    public static X509Certificate certificate(long serial) {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    NAME,
                    BigInteger.valueOf(serial),
                    Date.from(FROM),
                    Date.from(TO),
                    serial == 1 ? NAME : new X500Name("CN=" + serial),
                    PUBLIC);
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer()));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Signs with its key. */
    public static ContentSigner signer() throws OperatorCreationException {
        return new JcaContentSignerBuilder("Ed25519").build(KEY);
    }

    /** Its signature. */
    public static byte[] sign(byte[] bytes) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(KEY);
        signature.update(bytes);
        return signature.sign();
    }
}
