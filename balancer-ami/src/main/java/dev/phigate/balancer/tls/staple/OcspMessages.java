package dev.phigate.balancer.tls.staple;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;

/** OCSP (RFC 6960): Bouncy Castle has the messages, the JDK judges them. */
final class OcspMessages {
    /** How far the JDK lets clocks differ when it judges an answer's times. */
    private static final Duration TOLERATED = Duration.ofMinutes(15);

    private static final Duration WHEN_NOT_SAID = Duration.ofDays(1);

    /** An answer that must not be stapled. */
    static class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }
    }

    /** An answer that is not usable now, and may be at another time. */
    static final class Untimely extends Unusable {
        private static final long serialVersionUID = 1L;

        Untimely(String message) {
            super(message);
        }
    }

    /** An answer, signed as it must be, that the certificate was revoked. */
    static final class Revoked extends Unusable {
        private static final long serialVersionUID = 1L;

        Revoked(String message) {
            super(message);
        }
    }

    private OcspMessages() {}

    /** The responder that a certificate names (RFC 5280 section 4.2.2.1). */
    static Optional<URI> responder(X509Certificate certificate) {
        try {
            Extension extension = new JcaX509CertificateHolder(certificate).getExtension(Extension.authorityInfoAccess);
            if (extension == null) {
                return Optional.empty();
            }
            for (AccessDescription one : AuthorityInformationAccess.getInstance(extension.getParsedValue())
                    .getAccessDescriptions()) {
                GeneralName where = one.getAccessLocation();
                if (one.getAccessMethod().equals(AccessDescription.id_ad_ocsp)
                        && where.getTagNo() == GeneralName.uniformResourceIdentifier
                        && where.getName().toString().startsWith("http://")) {
                    return Optional.of(URI.create(where.getName().toString()));
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    /** The question about one certificate, without a nonce, so that responders may answer from what they have. */
    static byte[] question(X509Certificate leaf, X509Certificate issuer) throws Unusable {
        try {
            var digests = new JcaDigestCalculatorProviderBuilder().build();
            BigInteger serial = leaf.getSerialNumber();
            CertificateID id = new CertificateID(
                    digests.get(CertificateID.HASH_SHA1), new JcaX509CertificateHolder(issuer), serial);
            return new OCSPReqBuilder().addRequest(id).build().getEncoded();
        } catch (OperatorCreationException | GeneralSecurityException | OCSPException | IOException e) {
            throw new Unusable("the question cannot be made: " + e.getClass().getSimpleName());
        }
    }

    /**
     * Judges an answer: signed by the issuer or by whom it delegated, about this certificate, good, and valid now.
     *
     * @return until when it may be stapled
     * @throws Revoked when it says that the certificate was revoked
     * @throws Untimely when clients would not accept it now
     * @throws Unusable when clients would not accept it
     */
    static Instant judge(byte[] answer, X509Certificate leaf, X509Certificate issuer, Instant now) throws Unusable {
        Instant ends = ends(answer, leaf, now);
        if (!ends.isAfter(now)) {
            throw new Untimely("the answer ended at " + ends);
        }
        try {
            CertPathValidator validator = CertPathValidator.getInstance("PKIX");
            PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
            checker.setOptions(Set.of(Option.ONLY_END_ENTITY, Option.NO_FALLBACK));
            checker.setOcspResponses(Map.of(leaf, answer));
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(issuer, null)));
            parameters.addCertPathChecker(checker);
            parameters.setDate(Date.from(now));
            validator.validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf)), parameters);
            return ends;
        } catch (CertPathValidatorException e) {
            String why = "the answer is not accepted: " + e.getMessage();
            throw e.getReason() == BasicReason.REVOKED ? new Revoked(why) : new Unusable(why);
        } catch (GeneralSecurityException | RuntimeException e) {
            // The JDK does not expect a responder's name to be malformed.
            throw new Unusable("the answer is not accepted: " + e.getMessage());
        }
    }

    /** The JDK takes a certificate that will be revoked for a good one; clients do not take such an answer. */
    private static void revokedLater(@Nullable CertificateStatus status, Instant now) throws Unusable {
        if (status instanceof RevokedStatus from
                && !from.getRevocationTime().toInstant().isBefore(now)) {
            throw new Untimely("the answer says that the certificate is revoked from "
                    + from.getRevocationTime().toInstant() + " on");
        }
    }

    private static Instant ends(byte[] answer, X509Certificate leaf, Instant now) throws Unusable {
        try {
            OCSPResp response = new OCSPResp(answer);
            if (response.getStatus() != OCSPResp.SUCCESSFUL
                    || !(response.getResponseObject() instanceof BasicOCSPResp basic)) {
                throw new Unusable("the responder answered status " + response.getStatus());
            }
            for (SingleResp one : basic.getResponses()) {
                if (one.getCertID().getSerialNumber().equals(leaf.getSerialNumber())) {
                    if (one.getThisUpdate().toInstant().isAfter(now.plus(TOLERATED))) {
                        throw new Untimely(
                                "the answer begins at " + one.getThisUpdate().toInstant());
                    }
                    revokedLater(one.getCertStatus(), now);
                    return one.getNextUpdate() == null
                            ? one.getThisUpdate().toInstant().plus(WHEN_NOT_SAID)
                            : one.getNextUpdate().toInstant();
                }
            }
            throw new Unusable("the answer is about another certificate");
        } catch (IOException | OCSPException | RuntimeException e) {
            // Bouncy Castle says by any of them that the bytes are not what they should be.
            throw new Unusable("this is no answer of a responder");
        }
    }
}
