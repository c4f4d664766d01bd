package dev.phigate.balancer.tls;

import dev.phigate.balancer.tls.certificate.ClientTrust;
import dev.phigate.balancer.tls.certificate.Identity;
import dev.phigate.balancer.tls.memory.OwnMemory;
import dev.phigate.balancer.tls.staple.Staple;
import dev.phigate.balancer.tls.ticket.TicketKeys;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** One certificate of a listener in both engines, and what clients must be able to do to be shown it. */
final class Credential {
    private static final Set<Integer> EC_12 = Set.of(0x0403, 0x0503, 0x0603);
    private static final Set<Integer> RSA_13 = Set.of(0x0804, 0x0805, 0x0806);
    private static final Set<Integer> RSA_12 = Set.of(0x0401, 0x0501, 0x0601, 0x0804, 0x0805, 0x0806);

    private final ServerTlsConfig.Served served;
    private final SslContext boringSsl;
    private final SslContext jdk;
    private final @Nullable Staple staple;
    private final Set<Integer> signatures13;

    /**
     * What all certificates of a listener have in common.
     *
     * @param only13 whether TLS 1.2 is switched off
     * @param clients who judges clients' certificates; null when none is asked for
     * @param demanded whether a client without one is refused
     * @param applications the ALPN names offered, the preferred first
     */
    record Shared(boolean only13, @Nullable ClientTrust clients, boolean demanded, List<String> applications) {
        private ClientAuth asks() {
            return clients == null ? ClientAuth.NONE : demanded ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL;
        }

        private ApplicationProtocolConfig offers() {
            return new ApplicationProtocolConfig(
                    Protocol.ALPN,
                    SelectorFailureBehavior.NO_ADVERTISE,
                    SelectedListenerFailureBehavior.ACCEPT,
                    applications);
        }
    }

    /**
     * Builds the contexts of both engines.
     *
     * @param served the certificate
     * @param shared what holds for each certificate of the listener
     * @param scope what a session must have been made in to be resumed here
     * @throws SSLException when an engine refuses the certificate or key
     */
    Credential(ServerTlsConfig.Served served, Shared shared, String scope) throws SSLException {
        this.served = served;
        this.staple = served.staple().map(Staple::new).orElse(null);
        this.signatures13 = served.identity().ecdsa() ? Set.of(scheme(served.identity())) : RSA_13;
        this.jdk = jdk(served.identity(), shared);
        this.boringSsl = boringSsl(served.identity(), shared, staple != null);
        ((OpenSslServerSessionContext) boringSsl.sessionContext()).setSessionIdContext(digest(scope));
    }

    private static SslContext boringSsl(Identity identity, Shared shared, boolean stapled) throws SSLException {
        List<String> suites = new ArrayList<>(Allowed.TLS13_SUITES);
        suites.addAll(Allowed.TLS12_SUITES);
        // Netty parses this key once, for as long as it is the same object. Its factory that caches by name loses a key
        // when two clients
        // come first at once (docs/hard-won.md); a key store would derive a key to protect this one.
        SslContextBuilder builder = SslContextBuilder.forServer(identity.keys());
        if (shared.clients != null) {
            builder.trustManager(shared.clients);
        }
        return builder.clientAuth(shared.asks())
                .applicationProtocolConfig(shared.offers())
                .sslProvider(SslProvider.OPENSSL_REFCNT)
                .protocols(shared.only13 ? new String[] {Allowed.TLS13} : new String[] {Allowed.TLS13, Allowed.TLS12})
                .ciphers(suites)
                .enableOcsp(stapled)
                .option(OpenSslContextOption.GROUPS, Allowed.BORINGSSL_GROUP_NAMES.clone())
                .build();
    }

    /** Not by Netty's builder, which first loads every provider it can find to see what the JDK's engine may need. */
    private static SslContext jdk(Identity identity, Shared shared) throws SSLException {
        try {
            SSLContext context = SSLContext.getInstance(Allowed.TLS13);
            // With no trust manager in the array, no client is trusted; with none at all, all the world's authorities
            // are.
            TrustManager[] trust = shared.clients == null ? new TrustManager[0] : new TrustManager[] {shared.clients};
            context.init(identity.keys().getKeyManagers(), trust, null);
            return new JdkSslContext(
                    context,
                    false,
                    Allowed.TLS13_SUITES,
                    IdentityCipherSuiteFilter.INSTANCE,
                    shared.offers(),
                    shared.asks(),
                    new String[] {Allowed.TLS13},
                    false);
        } catch (GeneralSecurityException e) {
            throw new SSLException("the JDK's engine does not take the certificate: " + e.getMessage(), e);
        }
    }

    private static byte[] digest(String scope) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(scope.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** TLS 1.3 ties each curve to one scheme (RFC 8446 section 4.2.3). */
    private static int scheme(Identity identity) {
        ECPublicKey key = (ECPublicKey) identity.leaf().getPublicKey();
        int bits = key.getParams().getCurve().getField().getFieldSize();
        return bits <= 256 ? 0x0403 : bits <= 384 ? 0x0503 : 0x0603;
    }

    ServerTlsConfig.Served served() {
        return served;
    }

    @Nullable
    Staple staple() {
        return staple;
    }

    Set<Integer> suites12() {
        return served.identity().ecdsa() ? Allowed.TLS12_ECDSA : Allowed.TLS12_RSA;
    }

    Set<Integer> signatures12() {
        return served.identity().ecdsa() ? EC_12 : RSA_12;
    }

    Set<Integer> signatures13() {
        return signatures13;
    }

    /** Protects tickets by other keys from now on. The JDK's engine makes its own, and nobody else knows them. */
    void protectTickets(List<TicketKeys.Key> keys) {
        ((OpenSslServerSessionContext) boringSsl.sessionContext())
                .setTicketKeys(keys.stream()
                        .map(key -> new OpenSslSessionTicketKey(key.name(), key.hmac(), key.aes()))
                        .toArray(OpenSslSessionTicketKey[]::new));
    }

    void release() {
        ReferenceCountUtil.release(boringSsl);
    }

    SslHandler boringSslHandler(ByteBufAllocator allocator) {
        SslHandler handler = boringSsl.newHandler(allocator);
        byte[] answer = staple == null ? null : staple.bytes();
        if (answer != null) {
            ((ReferenceCountedOpenSslEngine) handler.engine()).setOcspResponse(answer);
        }
        return unhurried(handler);
    }

    SslHandler jdkHandler(ByteBufAllocator allocator) {
        SslHandler handler = jdk.newHandler(allocator);
        handler.setCumulator(OwnMemory.INSTANCE);
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
