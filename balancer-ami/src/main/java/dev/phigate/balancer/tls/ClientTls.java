package dev.phigate.balancer.tls;

import dev.phigate.balancer.tls.memory.OwnMemory;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * The terms on which an upstream's hosts are spoken to: chain and name verified, allowed suites only. BoringSSL would offer
 * AES-128 for TLS 1.3 whatever it is told, so whoever connects must ask {@link #acceptable} before the first byte, and
 * connect {@linkplain #handler exactly} to a host that chose it.
 */
public final class ClientTls {
    private static final String H2 = "h2";

    private final ClientTlsConfig config;
    private final boolean http2;
    private final SslContext boringSsl;
    private final SslContext jdk;

    /**
     * Builds the contexts of both engines.
     *
     * @param config a configuration without problems
     * @param http2 whether the hosts must agree to HTTP/2 (ALPN, RFC 7301)
     * @throws SSLException when an engine refuses the certificate or key
     */
    public ClientTls(ClientTlsConfig config, boolean http2) throws SSLException {
        this.config = config;
        this.http2 = http2;
        List<String> suites = new ArrayList<>(Allowed.TLS13_SUITES);
        suites.addAll(Allowed.TLS12_SUITES);
        this.jdk = builder().sslProvider(SslProvider.JDK).ciphers(suites).build();
        this.boringSsl = builder()
                .sslProvider(SslProvider.OPENSSL_REFCNT)
                .ciphers(suites)
                .option(OpenSslContextOption.GROUPS, Allowed.BORINGSSL_GROUP_NAMES.clone())
                .build();
    }

    private SslContextBuilder builder() {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .protocols(Allowed.TLS13, Allowed.TLS12)
                .trustManager(config.trust().orElseThrow().authorities());
        config.identity().ifPresent(identity -> builder.keyManager(identity.key(), identity.chain()));
        if (http2) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                    Protocol.ALPN, SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT, H2));
        }
        return builder;
    }

    /**
     * The handler of a new connection.
     *
     * @param allocator the connection's allocator
     * @param host the host's name or address in its URL
     * @param port the port
     * @param exactly whether to use the engine that does not even offer AES-128
     */
    public SslHandler handler(ByteBufAllocator allocator, String host, int port, boolean exactly) {
        String name = config.serverName().orElse(host);
        SslHandler handler = (exactly ? jdk : boringSsl).newHandler(allocator, name, port);
        SSLEngine engine = handler.engine();
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (exactly) {
            handler.setCumulator(OwnMemory.INSTANCE);
            parameters.setNamedGroups(Allowed.JDK_GROUP_NAMES.clone());
        }
        engine.setSSLParameters(parameters);
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }

    /** Whether what was negotiated is allowed. */
    public boolean acceptable(SslHandler handler) {
        return Allowed.suite(handler.engine().getSession().getCipherSuite());
    }

    /** Whether the host agreed to what is to be spoken. */
    public boolean agreed(SslHandler handler) {
        return !http2 || H2.equals(handler.applicationProtocol());
    }

    /** Releases the terms; connections that exist keep what they need. */
    public void retire() {
        ReferenceCountUtil.release(boringSsl);
    }
}
