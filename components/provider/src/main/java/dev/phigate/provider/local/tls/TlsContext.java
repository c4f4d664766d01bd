package dev.phigate.provider.local.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** TLS contexts made of PEM files. */
public final class TlsContext {
    private TlsContext() {}

    /**
     * A context for one end of a connection.
     *
     * @param certificate its own chain
     * @param privateKey its own key
     * @param trust the CAs that it trusts, and no others; without, those of the JDK
     * @throws IOException when a file cannot be read or understood
     */
    public static SSLContext of(Path certificate, Path privateKey, Optional<Path> trust) throws IOException {
        try {
            char[] inMemoryOnly = {};
            KeyStore keys = empty();
            keys.setKeyEntry(
                    "own",
                    Pem.privateKey(privateKey),
                    inMemoryOnly,
                    Pem.certificates(certificate).toArray(Certificate[]::new));
            KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            own.init(keys, inMemoryOnly);
            TrustManager[] trusted = null;
            if (trust.isPresent()) {
                KeyStore authorities = empty();
                for (X509Certificate authority : Pem.certificates(trust.orElseThrow())) {
                    authorities.setCertificateEntry("ca-" + authorities.size(), authority);
                }
                TrustManagerFactory factory =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                factory.init(authorities);
                trusted = factory.getTrustManagers();
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own.getKeyManagers(), trusted, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(certificate + ": does not make a TLS context: " + e.getMessage(), e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
