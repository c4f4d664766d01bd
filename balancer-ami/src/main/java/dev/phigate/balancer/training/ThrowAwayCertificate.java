package dev.phigate.balancer.training;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A self-signed certificate for localhost that is valid for an hour, made for {@link TrainingPeers} alone: the JDK has no public
 * way to make one, and the balancer carries no library that does.
 */
public final class ThrowAwayCertificate {
    private static final byte[] ECDSA_WITH_SHA256 = {6, 8, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 4, 3, 2};
    private static final byte[] COMMON_NAME = {6, 3, 0x55, 4, 3};
    private static final byte[] ALTERNATIVE_NAME = {6, 3, 0x55, 0x1d, 0x11};
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int UTF8 = 0x0c;
    private static final int OCTETS = 4;
    private static final int BITS = 3;
    private static final int INTEGER = 2;
    private static final int TIME = 0x18;

    private ThrowAwayCertificate() {}

    /** Writes {@code server.crt} and {@code server.key} into a folder, and gives both as a context that trusts itself. */
    public static SSLContext write(Path folder) throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair pair = generator.generateKeyPair();
        byte[] body = body(pair.getPublic().getEncoded());
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(body);
        byte[] certificate =
                der(SEQUENCE, body, der(SEQUENCE, ECDSA_WITH_SHA256), der(BITS, new byte[] {0}, signature.sign()));
        pem(folder.resolve("server.crt"), "CERTIFICATE", certificate);
        pem(folder.resolve("server.key"), "PRIVATE KEY", pair.getPrivate().getEncoded());
        return context(pair, certificate);
    }

    private static SSLContext context(KeyPair pair, byte[] certificate) throws IOException, GeneralSecurityException {
        Certificate parsed =
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
        char[] none = new char[0];
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, none);
        store.setKeyEntry("own", pair.getPrivate(), none, new Certificate[] {parsed});
        store.setCertificateEntry("trusted", parsed);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, none);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
        return context;
    }

    private static byte[] body(byte[] publicKey) {
        Instant now = Instant.now();
        byte[] commonName = der(UTF8, "localhost".getBytes(StandardCharsets.US_ASCII));
        byte[] name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, commonName)));
        byte[] names = der(SEQUENCE, der(0x82, "localhost".getBytes(StandardCharsets.US_ASCII)), der(0x87, LOOPBACK));
        return der(
                SEQUENCE,
                der(0xa0, der(INTEGER, new byte[] {2})),
                der(INTEGER, BigInteger.valueOf(now.toEpochMilli()).toByteArray()),
                der(SEQUENCE, ECDSA_WITH_SHA256),
                name,
                der(SEQUENCE, time(now.minus(Duration.ofMinutes(5))), time(now.plus(Duration.ofHours(1)))),
                name,
                publicKey,
                der(0xa3, der(SEQUENCE, der(SEQUENCE, ALTERNATIVE_NAME, der(OCTETS, names)))));
    }

    private static byte[] time(Instant moment) {
        String text = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT)
                .withZone(ZoneOffset.UTC)
                .format(moment);
        return der(TIME, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** One value in the distinguished encoding rules (X.690): its tag, its length, its content. */
    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        int length = content.size();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(tag);
        if (length > 0xff) {
            whole.write(0x82);
            whole.write(length >> 8);
        } else if (length > 0x7f) {
            whole.write(0x81);
        }
        whole.write(length);
        whole.writeBytes(content.toByteArray());
        return whole.toByteArray();
    }

    private static void pem(Path file, String type, byte[] content) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                file,
                "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END "
                        + type + "-----\n");
    }
}
