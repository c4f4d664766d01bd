package dev.phigate.balancer.tls.staple;

import dev.phigate.balancer.tls.certificate.FuzzAuthority;
import dev.phigate.balancer.tls.certificate.SignedByFuzzAuthority;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.asn1.ocsp.OCSPResponseStatus;
import org.bouncycastle.asn1.ocsp.ResponseBytes;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Fuzz target: the answer of a responder, as it comes, or as the authority's signature on whatever it is. It is judged to hold until a time
 * to come, or not to be used; and as the authority's only answer says revoked, no other makes the certificate good.
 */
public final class OcspFuzz {
    private static final X509Certificate ISSUER = FuzzAuthority.certificate(1);
    private static final X509Certificate LEAF = FuzzAuthority.certificate(77);
    private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

    private OcspFuzz() {}

    /** The authority's answer, and what it signs in it: that the certificate was revoked, and that it is good. */
    public static List<byte[]> seeds() {
        try {
            BasicOCSPResp revoked =
                    answer(new RevokedStatus(Date.from(NOW.minusSeconds(3600)), CRLReason.keyCompromise));
            byte[] whole = new OCSPRespBuilder()
                    .build(OCSPRespBuilder.SUCCESSFUL, revoked)
                    .getEncoded();
            return List.of(
                    input(0, whole),
                    input(1, revoked.getTBSResponseData()),
                    input(1, answer(CertificateStatus.GOOD).getTBSResponseData()));
        } catch (IOException | GeneralSecurityException | OperatorCreationException | OCSPException e) {
            throw new IllegalStateException(e);
        }
    }

    private static BasicOCSPResp answer(@Nullable CertificateStatus status)
            throws GeneralSecurityException, OperatorCreationException, OCSPException {
        var digests = new JcaDigestCalculatorProviderBuilder().build();
        var issuer = new JcaX509CertificateHolder(ISSUER);
        var builder = new BasicOCSPRespBuilder(new RespID(issuer.getSubject()));
        builder.addResponse(
                new CertificateID(digests.get(CertificateID.HASH_SHA1), issuer, LEAF.getSerialNumber()),
                status,
                Date.from(NOW.minusSeconds(60)),
                Date.from(NOW.plusSeconds(3600)));
        return builder.build(FuzzAuthority.signer(), null, Date.from(NOW));
    }

    private static byte[] input(int signed, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(signed);
        out.writeBytes(content);
        return out.toByteArray();
    }

    /** What an authority signs that has revoked the certificate. */
    static byte[] revoked(Instant from) throws GeneralSecurityException, OperatorCreationException, OCSPException {
        return answer(new RevokedStatus(Date.from(from), CRLReason.keyCompromise))
                .getTBSResponseData();
    }

    /** What the authority signs, signed. */
    static byte[] answered(byte[] content) throws IOException, GeneralSecurityException {
        var bytes = new ResponseBytes(
                OCSPObjectIdentifiers.id_pkix_ocsp_basic, new DEROctetString(SignedByFuzzAuthority.of(content)));
        ASN1Primitive whole =
                new OCSPResponse(new OCSPResponseStatus(OCSPResponseStatus.SUCCESSFUL), bytes).toASN1Primitive();
        return whole.getEncoded();
    }

    /** One input: whether the authority signs it, then the answer. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException, GeneralSecurityException {
        if (input.length == 0) {
            return;
        }
        boolean signed = (input[0] & 1) == 1;
        byte[] content = Arrays.copyOfRange(input, 1, input.length);
        try {
            Instant ends = OcspMessages.judge(signed ? answered(content) : content, LEAF, ISSUER, NOW);
            if (!signed || !ends.isAfter(NOW)) {
                throw new IllegalStateException((signed ? "signed" : "not signed") + ", and holds until " + ends);
            }
        } catch (OcspMessages.Unusable e) {
            // Not stapled, as it may be.
            return;
        }
    }
}
