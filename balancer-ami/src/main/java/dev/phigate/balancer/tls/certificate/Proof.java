package dev.phigate.balancer.tls.certificate;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A handshake in memory with one certificate, before any client meets it: a real client verifies that the engine shows exactly
 * this certificate and signs with its key.
 */
public final class Proof {
    /** A TLS 1.3 handshake takes three; a request to begin again adds two. */
    private static final int FLIGHTS = 12;

    private Proof() {}

    /**
     * Makes the handshake.
     *
     * @param shown the certificate
     * @param server a handler that shows it
     * @param suites what the client offers
     * @throws SSLException when it does not succeed
     */
    public static void make(X509Certificate shown, SslHandler server, List<String> suites) throws SSLException {
        SslContext context = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3")
                .ciphers(suites)
                .trustManager(new Only(shown))
                .build();
        SslHandler asking = context.newHandler(UnpooledByteBufAllocator.DEFAULT);
        EmbeddedChannel serving = new EmbeddedChannel(server);
        EmbeddedChannel client = new EmbeddedChannel(asking);
        try {
            for (int i = 0; i < FLIGHTS && !asking.handshakeFuture().isDone(); i++) {
                move(client, serving);
                move(serving, client);
            }
        } catch (DecoderException e) {
            throw new SSLException("the proof of " + name(shown) + " failed: " + e.getMessage(), e);
        } finally {
            end(client);
            end(serving);
        }
        if (!asking.handshakeFuture().isSuccess()) {
            throw new SSLException(
                    "the proof of " + name(shown) + " did not end",
                    asking.handshakeFuture().cause());
        }
    }

    private static String name(X509Certificate shown) {
        return shown.getSubjectX500Principal().getName();
    }

    private static void move(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            to.writeInbound(bytes);
        }
    }

    private static void end(EmbeddedChannel channel) {
        try {
            channel.finishAndReleaseAll();
        } catch (Exception e) {
            // What matters was seen before: whether the client's handshake succeeded.
        }
    }

    /** Trusts one certificate, whoever issued it. */
    private static final class Only extends X509ExtendedTrustManager {
        private final X509Certificate certificate;

        Only(X509Certificate certificate) {
            this.certificate = certificate;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            if (!chain[0].equals(certificate)) {
                throw new CertificateException("another certificate was shown");
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket on) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine by) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("there is no client here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket on) throws CertificateException {
            throw new CertificateException("there is no client here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine by) throws CertificateException {
            throw new CertificateException("there is no client here");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
