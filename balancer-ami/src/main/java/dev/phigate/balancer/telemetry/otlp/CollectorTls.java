package dev.phigate.balancer.telemetry.otlp;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyManagementException;
import java.security.KeyStore;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The terms on which a collector is spoken to: TLS 1.3 with AES-256-GCM or ChaCha20-Poly1305, its chain verified up to the configured
 * authorities; its name is verified by the JDK's HTTP client, which cannot be told otherwise here.
 *
 * @param context hands out these terms and no others
 * @param trust what verifies chains
 */
record CollectorTls(SSLContext context, X509TrustManager trust) {
    private static final String[] VERSIONS = {"TLSv1.3"};
    private static final String[] SUITES = {"TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"};

    /**
     * The terms of a configuration without problems.
     *
     * @throws IOException when the JDK refuses a certificate or key
     */
    static CollectorTls of(OtlpConfig config) throws IOException {
        try {
            KeyStore authorities = empty();
            int number = 0;
            for (var authority : config.trust().orElseThrow().authorities()) {
                authorities.setCertificateEntry("authority-" + number++, authority);
            }
            TrustManagerFactory trusts = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusts.init(authorities);
            X509TrustManager trust = (X509TrustManager) trusts.getTrustManagers()[0];
            SSLContext context = SSLContext.getInstance(VERSIONS[0]);
            context.init(keys(config), new TrustManager[] {trust}, new SecureRandom());
            return new CollectorTls(new Narrow(context), trust);
        } catch (GeneralSecurityException e) {
            throw new IOException("telemetry.otlp.tls: " + e.getMessage(), e);
        }
    }

    private static KeyManager[] keys(OtlpConfig config) throws GeneralSecurityException, IOException {
        if (config.identity().isEmpty()) {
            return new KeyManager[0];
        }
        var own = config.identity().orElseThrow();
        KeyStore keys = empty();
        char[] inMemory = new char[0];
        keys.setKeyEntry("own", own.key(), inMemory, own.chain());
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, inMemory);
        return factory.getKeyManagers();
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static SSLParameters narrowed(SSLParameters parameters) {
        parameters.setProtocols(VERSIONS.clone());
        parameters.setCipherSuites(SUITES.clone());
        return parameters;
    }

    /** A context whose defaults are what is allowed: the JDK's HTTP client asks for nothing else. */
    private static final class Narrow extends SSLContext {
        Narrow(SSLContext wide) {
            super(new Spi(wide), wide.getProvider(), wide.getProtocol());
        }
    }

    private static final class Spi extends SSLContextSpi {
        private final SSLContext wide;

        Spi(SSLContext wide) {
            this.wide = wide;
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trusts, SecureRandom random)
                throws KeyManagementException {
            throw new KeyManagementException("made ready already");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            throw new UnsupportedOperationException("engines only: a socket would not be narrowed");
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            throw new UnsupportedOperationException("clients only");
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return narrowed(wide.createSSLEngine());
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return narrowed(wide.createSSLEngine(host, port));
        }

        private static SSLEngine narrowed(SSLEngine engine) {
            engine.setSSLParameters(CollectorTls.narrowed(engine.getSSLParameters()));
            return engine;
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return wide.getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return wide.getClientSessionContext();
        }

        @Override
        protected SSLParameters engineGetDefaultSSLParameters() {
            return CollectorTls.narrowed(wide.getDefaultSSLParameters());
        }

        @Override
        protected SSLParameters engineGetSupportedSSLParameters() {
            return CollectorTls.narrowed(wide.getSupportedSSLParameters());
        }
    }
}
