package dev.phigate.balancer.tls.certificate;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.internal.tcnative.CertificateVerifier;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertPathValidatorException.Reason;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whose certificates are accepted from clients: chain and purpose as the JDK verifies them (RFC 5280), and not revoked. Asked in
 * handshakes, and again for each request, so that a revocation ends the use of connections that are open.
 */
public final class ClientTrust extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager paths;
    private final Trust trust;
    private final Optional<Revocations> revocations;

    /**
     * A trust in some authorities.
     *
     * @param trust the authorities
     * @param revocations what they revoked; when empty, revocation is not looked at
     */
    public ClientTrust(Trust trust, Optional<Revocations> revocations) {
        this.trust = trust;
        this.revocations = revocations;
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            for (X509Certificate authority : trust.authorities()) {
                store.setCertificateEntry(Integer.toString(number++), authority);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            TrustManager made = factory.getTrustManagers()[0];
            this.paths = (X509ExtendedTrustManager) made;
        } catch (GeneralSecurityException | java.io.IOException e) {
            throw new IllegalStateException("every JDK has PKIX trust managers", e);
        }
    }

    /**
     * Why a client may not be served any more, in a word that is safe to record.
     *
     * @param client who was accepted once, maybe under other authorities
     * @param sameAuthorities whether it was under these
     * @return an empty text when it may
     */
    public String objection(ClientCertificate client, boolean sameAuthorities) {
        long now = System.currentTimeMillis();
        if (client.ends() <= now) {
            return "expired";
        }
        // What else has ended may not be needed: clients send more than leads to one authority.
        if (client.firstEnds() <= now || !sameAuthorities) {
            try {
                checkClientTrusted(
                        client.chain().toArray(X509Certificate[]::new),
                        client.chain().getFirst().getPublicKey().getAlgorithm());
            } catch (CertificateException e) {
                return sameAuthorities ? "expired" : "not-trusted";
            }
        }
        return switch (revocations.map(lists -> lists.of(client.chain())).orElse(Revocations.Standing.GOOD)) {
            case GOOD -> "";
            case REVOKED -> "revoked";
            case UNKNOWN -> "standing-unknown";
        };
    }

    /** Reads again what has changed. Called from one thread, never from an event loop. */
    public void refresh() {
        revocations.ifPresent(Revocations::refresh);
    }

    /** Who asks for a path to an authority, of a chain. */
    @FunctionalInterface
    private interface Paths {
        void check() throws CertificateException;
    }

    private void judged(X509Certificate[] chain, Paths found) throws CertificateException {
        try {
            found.check();
            refuseRevoked(chain);
        } catch (CertificateException e) {
            throw new OpenSslCertificateException(String.valueOf(e.getMessage()), e.getCause(), why(e));
        }
    }

    /** What BoringSSL makes the alert from that tells the client's operator what is wrong (RFC 8446 section 6.2). */
    private static int why(CertificateException refused) {
        // The numbers are the library's own, which must be there first.
        OpenSsl.ensureAvailability();
        // For what has no alert of its own: BoringSSL makes certificate_unknown of it.
        int why = CertificateVerifier.X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION;
        for (Throwable deeper = refused; deeper != null; deeper = deeper.getCause()) {
            if (deeper instanceof CertPathBuilderException) {
                why = CertificateVerifier.X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
            } else if (deeper instanceof CertPathValidatorException invalid) {
                Reason reason = invalid.getReason();
                if (reason == BasicReason.REVOKED) {
                    return CertificateVerifier.X509_V_ERR_CERT_REVOKED;
                }
                if (reason == BasicReason.INVALID_SIGNATURE) {
                    // Not by the authority of this name that is trusted.
                    why = CertificateVerifier.X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
                }
                if (reason == BasicReason.EXPIRED || reason == BasicReason.NOT_YET_VALID) {
                    // "has expired or is not currently valid"
                    return CertificateVerifier.X509_V_ERR_CERT_HAS_EXPIRED;
                }
            }
        }
        return why;
    }

    private void refuseRevoked(X509Certificate[] chain) throws CertificateException {
        if (revocations.isEmpty()) {
            return;
        }
        Revocations.Standing standing = revocations.orElseThrow().of(List.copyOf(Arrays.asList(chain)));
        if (standing != Revocations.Standing.GOOD) {
            boolean revoked = standing == Revocations.Standing.REVOKED;
            throw new CertificateException(new CertPathValidatorException(
                    revoked ? "revoked" : "no list of its issuer holds",
                    null,
                    null,
                    -1,
                    revoked ? BasicReason.REVOKED : BasicReason.UNDETERMINED_REVOCATION_STATUS));
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        judged(chain, () -> paths.checkClientTrusted(chain, type, engine));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        judged(chain, () -> paths.checkClientTrusted(chain, type, socket));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        judged(chain, () -> paths.checkClientTrusted(chain, type));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        throw new CertificateException("these authorities are for clients");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        throw new CertificateException("these authorities are for clients");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw new CertificateException("these authorities are for clients");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return trust.authorities();
    }
}
