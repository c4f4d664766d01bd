package dev.phigate.balancer.tls.certificate;

import dev.phigate.settings.InvalidSettings;
import dev.phigate.settings.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.operator.OperatorCreationException;

/**
 * Fuzz target: the file with the lists of revoked certificates, as it comes, or as the authority's signature on whatever it is. It is refused
 * with the file's name, or read; and as the authority's only list revokes a certificate, no other file makes that one good.
 */
public final class RevocationFuzz {
    private static final long REVOKED = 77;
    private static final X509Certificate LEAF = FuzzAuthority.certificate(REVOKED);
    private static final Path FOLDER = folder();
    private static final Path FILE = FOLDER.resolve("fuzz.crl");
    private static final Path TRUST = FOLDER.resolve("ca.crt");
    private static final String DOCUMENT = "{trust: " + TRUST + ", crl: " + FILE + "}";

    private RevocationFuzz() {}

    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("revocations");
            folder.toFile().deleteOnExit();
            for (String file : List.of("ca.crt", "fuzz.crl")) {
                folder.resolve(file).toFile().deleteOnExit();
            }
            Files.writeString(
                    folder.resolve("ca.crt"),
                    pem("CERTIFICATE", FuzzAuthority.certificate(1).getEncoded()));
            return folder;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String type, byte[] content) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n";
    }

    /** The authority's list as DER and PEM, and what it signs in it. */
    public static List<byte[]> seeds() {
        try {
            var builder = new X509v2CRLBuilder(FuzzAuthority.NAME, Date.from(Instant.parse("2026-01-01T00:00:00Z")));
            builder.setNextUpdate(Date.from(Instant.parse("2099-01-01T00:00:00Z")));
            builder.addCRLEntry(BigInteger.valueOf(REVOKED), Date.from(Instant.EPOCH), CRLReason.keyCompromise);
            X509CRLHolder list = builder.build(FuzzAuthority.signer());
            return List.of(
                    input(0, list.getEncoded()),
                    input(0, pem("X509 CRL", list.getEncoded()).getBytes(StandardCharsets.US_ASCII)),
                    input(1, list.toASN1Structure().getTBSCertList().getEncoded()));
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] input(int signed, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(signed);
        out.writeBytes(content);
        return out.toByteArray();
    }

    /** One input: whether the authority signs it, then what the file holds. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException, GeneralSecurityException {
        if (input.length == 0) {
            return;
        }
        boolean signed = (input[0] & 1) == 1;
        byte[] content = Arrays.copyOfRange(input, 1, input.length);
        Files.write(FILE, signed ? SignedByFuzzAuthority.of(content) : content);
        Optional<Revocations> read;
        try {
            read = Settings.yaml("fuzz", DOCUMENT, root -> {
                Optional<Trust> trust = Trust.read(root, "trust");
                return Revocations.read(root, "crl", trust.orElseThrow());
            });
        } catch (InvalidSettings e) {
            if (!String.valueOf(e.getMessage()).contains(FILE.toString())) {
                throw new IllegalStateException("refused without its name", e);
            }
            return;
        }
        Revocations.Standing standing = read.orElseThrow().of(List.of(LEAF));
        if (!signed && standing == Revocations.Standing.GOOD) {
            throw new IllegalStateException("good by a list that the authority has not signed");
        }
    }
}
