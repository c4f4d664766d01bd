package dev.phigate.balancer.tls.certificate;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;

/**
 * A certificate for two names, one of them written twice, and its key, by the {@linkplain FuzzAuthority authority} that is the same in each process, and itself the same
 * in each. Its key is secret to nobody.
 */
public final class FuzzIdentity {
    private static final Map<String, FuzzIdentity> MADE = new ConcurrentHashMap<>();
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2099-01-01T00:00:00Z");
    private static final int RSA_BITS = 2048;
    private static final int EC_BITS = 256;

    private final byte[] certificate;
    private final byte[] key;

    private FuzzIdentity(byte[] certificate, byte[] key) {
        this.certificate = certificate;
        this.key = key;
    }

    /** The one whose key is of an algorithm, {@code EC} or {@code RSA}. */
    public static FuzzIdentity of(String algorithm) {
        return MADE.computeIfAbsent(algorithm, FuzzIdentity::make);
    }

    private static FuzzIdentity make(String algorithm) {
        try {
            // Gives the same bytes for the same seed.
            SecureRandom same = SecureRandom.getInstance("SHA1PRNG", "SUN");
            same.setSeed(1);
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(algorithm.equals("RSA") ? RSA_BITS : EC_BITS, same);
            KeyPair pair = generator.generateKeyPair();
            var builder = new JcaX509v3CertificateBuilder(
                    FuzzAuthority.NAME,
                    BigInteger.TWO,
                    Date.from(FROM),
                    Date.from(TO),
                    new X500Name("CN=localhost"),
                    pair.getPublic());
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
                new GeneralName(GeneralName.dNSName, "localhost"),
                new GeneralName(GeneralName.dNSName, "*.local"),
                new GeneralName(GeneralName.dNSName, "Localhost")
            }));
            return new FuzzIdentity(
                    builder.build(FuzzAuthority.signer()).getEncoded(),
                    pair.getPrivate().getEncoded());
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The certificate, DER. */
    public byte[] certificate() {
        return certificate.clone();
    }

    /** Its key, PKCS#8. */
    public byte[] key() {
        return key.clone();
    }

    /** Writes both into a folder, over what is there. */
    public void write(Path folder, String certificateFile, String keyFile) throws IOException {
        Files.writeString(folder.resolve(certificateFile), pem("CERTIFICATE", certificate));
        Files.writeString(folder.resolve(keyFile), pem("PRIVATE KEY", key));
        Files.setPosixFilePermissions(folder.resolve(keyFile), PosixFilePermissions.fromString("rw-------"));
    }

    /** One block of PEM. */
    public static String pem(String type, byte[] content) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n";
    }
}
