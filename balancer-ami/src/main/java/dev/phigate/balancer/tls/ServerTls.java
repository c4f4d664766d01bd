package dev.phigate.balancer.tls;

import dev.phigate.balancer.tls.certificate.ClientCertificate;
import dev.phigate.balancer.tls.certificate.ClientTrust;
import dev.phigate.balancer.tls.certificate.Proof;
import dev.phigate.balancer.tls.certificate.ServerNames;
import dev.phigate.balancer.tls.staple.Staple;
import dev.phigate.balancer.tls.ticket.TicketKeys;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.util.IllegalReferenceCountException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The terms on which a listener makes handshakes. A reload makes others. Holds native memory until it is
 * {@linkplain #retire() retired} and the last handshake that began under it has ended.
 */
public final class ServerTls {
    private final ServerTlsConfig config;
    private final List<Credential> credentials = new ArrayList<>();
    private final ServerNames<List<Credential>> names;
    private final @Nullable ClientTrust clients;
    private final TicketKeys tickets;

    /** We ourselves until retired, and each handshake under way. */
    private final AtomicInteger holders = new AtomicInteger(1);

    private List<Long> ticketPeriods;

    /**
     * Builds the contexts of both engines for each certificate.
     *
     * @param listener the listener's name
     * @param config a configuration without problems
     * @param applications the ALPN names offered, the preferred first
     * @throws SSLException when an engine refuses a certificate or key
     */
    public ServerTls(String listener, ServerTlsConfig config, List<String> applications) throws SSLException {
        this.config = config;
        this.clients = config.clients()
                .map(asked -> new ClientTrust(asked.trust(), asked.revocations()))
                .orElse(null);
        this.tickets = new TicketKeys(config.tickets());
        Instant now = Instant.now();
        this.ticketPeriods = tickets.periods(now);
        List<TicketKeys.Key> keys = tickets.at(now);
        Credential.Shared shared = new Credential.Shared(
                config.only13(),
                clients,
                config.clients().map(ServerTlsConfig.Clients::demanded).orElse(false),
                applications);
        try {
            for (ServerTlsConfig.Served served : config.certificates()) {
                String scope = listener + " " + config.sessionScope(served);
                Credential credential = new Credential(served, shared, scope);
                credentials.add(credential);
                credential.protectTickets(keys);
            }
        } catch (Throwable e) {
            credentials.forEach(Credential::release);
            throw e;
        }
        // An elliptic-curve signature costs a tenth of an RSA one.
        credentials.sort(Comparator.comparing(one -> !one.served().identity().ecdsa()));
        this.names = names(credentials);
    }

    private static ServerNames<List<Credential>> names(List<Credential> credentials) {
        Map<String, List<Credential>> byName = new HashMap<>();
        List<Credential> byDefault = new ArrayList<>();
        for (Credential credential : credentials) {
            for (String name : credential.served().names()) {
                byName.computeIfAbsent(name, any -> new ArrayList<>(2)).add(credential);
            }
            if (credential.served().byDefault()) {
                byDefault.add(credential);
            }
        }
        return new ServerNames<>(byName, byDefault.isEmpty() ? null : byDefault);
    }

    /**
     * The handler that begins a connection: it reads the ClientHello, chooses certificate and engine or refuses, and at the
     * end tells the observer.
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

    /** Whether the version that was agreed, maybe under older terms, is still allowed. */
    public boolean stillAllows(Handshake handshake) {
        return !config.only13() || handshake.version().equals(Allowed.TLS13);
    }

    /**
     * Why the client of a connection, who was accepted once, may not be served now: its certificate was revoked or ended, or
     * other clients are accepted meanwhile.
     *
     * @return a word that is safe to record; an empty text when it may
     */
    public String objection(Handshake handshake) {
        ClientTrust asked = clients;
        if (asked == null) {
            return "";
        }
        ClientCertificate client = handshake.client();
        if (client == null) {
            return config.clients().orElseThrow().demanded() ? "missing" : "";
        }
        ServerTls made = handshake.terms();
        return asked.objection(client, made.equals(this) || config.sameClients(made.config));
    }

    /** Does what is due: revoked certificates, ticket keys. May read files; called from one thread, no event loop. */
    public void refresh(Instant now) {
        if (clients != null) {
            clients.refresh();
        }
        List<Long> periods = tickets.periods(now);
        if (!periods.equals(ticketPeriods)) {
            ticketPeriods = periods;
            List<TicketKeys.Key> keys = tickets.at(now);
            credentials.forEach(credential -> credential.protectTickets(keys));
        }
    }

    /** Gets new staples where they are due. May wait for others; called from one thread, no event loop. */
    public void refreshStaples(Instant now) {
        staples().forEach(staple -> staple.refresh(now));
    }

    /**
     * Makes a handshake in memory with each certificate and each engine.
     *
     * @throws SSLException when one does not succeed
     */
    public void prove() throws SSLException {
        for (Credential credential : credentials) {
            X509Certificate leaf = credential.served().identity().leaf();
            Proof.make(leaf, credential.boringSslHandler(UnpooledByteBufAllocator.DEFAULT), Allowed.TLS13_SUITES);
            Proof.make(leaf, credential.jdkHandler(UnpooledByteBufAllocator.DEFAULT), Allowed.TLS13_SUITES);
        }
    }

    /** Goes on with the staples of the terms that these replace. */
    public void inherit(ServerTls before) {
        staples().forEach(staple -> before.staples().forEach(staple::inherit));
    }

    /** What is stapled to its certificates. */
    public Stream<Staple> staples() {
        return credentials.stream().flatMap(credential -> Stream.ofNullable(credential.staple()));
    }

    /** The name of the key that protects new session tickets, as every ticket shows it; no secret. */
    public String ticketKey(Instant now) {
        return HexFormat.of().formatHex(tickets.at(now).getFirst().name());
    }

    /** What it was made from. */
    public ServerTlsConfig config() {
        return config;
    }

    /** Releases the terms once no handshake under way needs them. No new handler may be asked for after this. */
    public void retire() {
        letGo();
    }

    Engine choose(ClientHello hello) {
        List<Credential> candidates = names.find(hello.serverName());
        return candidates == null
                ? new Engine.None(Failure.UNKNOWN_NAME)
                : Engine.choose(hello, config.only13(), candidates);
    }

    /** Who the client of a new session is; null when it showed no certificate and need not. */
    @Nullable
    ClientCertificate client(SSLSession session) throws SSLException, CertificateException {
        if (clients == null) {
            return null;
        }
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (Certificate certificate : session.getPeerCertificates()) {
                chain.add((X509Certificate) certificate);
            }
        } catch (SSLPeerUnverifiedException e) {
            if (config.clients().orElseThrow().demanded()) {
                throw e;
            }
            return null;
        }
        ClientCertificate client = ClientCertificate.of(chain);
        // A session that is resumed was verified long ago.
        String objection = clients.objection(client, true);
        if (!objection.isEmpty()) {
            throw new CertificateException(objection);
        }
        return client;
    }

    void hold() {
        if (holders.getAndUpdate(count -> count == 0 ? 0 : count + 1) == 0) {
            throw new IllegalReferenceCountException("these terms are retired");
        }
    }

    void letGo() {
        if (holders.decrementAndGet() == 0) {
            credentials.forEach(Credential::release);
        }
    }
}
