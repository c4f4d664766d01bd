package dev.phigate.balancer.tls;

import dev.phigate.balancer.tls.certificate.Identity;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * The terms on which a listener makes handshakes. Immutable; a reload makes another. Holds native memory until it is
 * {@linkplain #retire() retired} and the last handshake that began under it has ended.
 */
public final class ServerTls {
    private final ServerTlsConfig config;
    private final boolean ecdsa;
    private final SslContext boringSsl;
    private final SslContext jdk;

    /**
     * Builds the contexts of both engines.
     *
     * @param config a configuration without problems
     * @param applications the ALPN names offered, the preferred first
     * @throws SSLException when an engine refuses the certificate or key
     */
    public ServerTls(ServerTlsConfig config, List<String> applications) throws SSLException {
        this.config = config;
        this.ecdsa = config.identity().orElseThrow().ecdsa();
        List<String> suites = new ArrayList<>(Allowed.TLS13_SUITES);
        suites.addAll(Allowed.TLS12_SUITES);
        this.jdk = builder(applications)
                .sslProvider(SslProvider.JDK)
                .protocols(Allowed.TLS13)
                .ciphers(Allowed.TLS13_SUITES)
                .build();
        this.boringSsl = builder(applications)
                .sslProvider(SslProvider.OPENSSL_REFCNT)
                .protocols(config.only13() ? new String[] {Allowed.TLS13} : new String[] {Allowed.TLS13, Allowed.TLS12})
                .ciphers(suites)
                .option(OpenSslContextOption.GROUPS, Allowed.BORINGSSL_GROUP_NAMES.clone())
                .build();
    }

    private SslContextBuilder builder(List<String> applications) {
        Identity identity = config.identity().orElseThrow();
        SslContextBuilder builder = SslContextBuilder.forServer(identity.key(), identity.chain());
        config.clientTrust()
                .ifPresent(trust -> builder.trustManager(trust.authorities()).clientAuth(ClientAuth.REQUIRE));
        return builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                applications));
    }

    /**
     * The handler that begins a connection: it reads the ClientHello, chooses the engine or refuses, and at the end tells
     * the observer.
     *
     * @param accepted the connection
     * @param deadline the time the whole handshake may take
     * @param observer who is told how it ended
     */
    public ChannelHandler handler(Accepted accepted, Duration deadline, Handshakes observer) {
        return new HelloGate(this, new HandshakeWatch(this, accepted, deadline, observer));
    }

    /** Whether a connection made under the other terms may go on being used under these. */
    public boolean sameAs(ServerTls other) {
        return other.equals(this) || config.sameAs(other.config);
    }

    /** Whether what was agreed in a handshake, maybe under older terms, is still allowed. */
    public boolean stillAllows(Handshake handshake) {
        return !config.only13() || handshake.version().equals(Allowed.TLS13);
    }

    /** Releases the terms once no handshake under way needs them. No new handler may be asked for after this. */
    public void retire() {
        ReferenceCountUtil.release(boringSsl);
    }

    Engine choose(ClientHello hello) {
        return Engine.choose(hello, config.only13(), ecdsa);
    }

    boolean demandsIdentity() {
        return config.clientTrust().isPresent();
    }

    void hold() {
        ReferenceCountUtil.retain(boringSsl);
    }

    void letGo() {
        ReferenceCountUtil.release(boringSsl);
    }

    SslHandler boringSslHandler(ByteBufAllocator allocator) {
        return unhurried(boringSsl.newHandler(allocator));
    }

    SslHandler jdkHandler(ByteBufAllocator allocator) {
        SslHandler handler = jdk.newHandler(allocator);
        SSLEngine engine = handler.engine();
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setNamedGroups(Allowed.JDK_GROUP_NAMES.clone());
        engine.setSSLParameters(parameters);
        return unhurried(handler);
    }

    /** The deadline of the whole handshake is {@link HandshakeWatch}'s; a second one would only disagree. */
    private static SslHandler unhurried(SslHandler handler) {
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }
}
