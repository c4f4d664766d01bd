package dev.phigate.balancer.tls;

import dev.phigate.balancer.secret.Secrets;
import dev.phigate.balancer.tls.certificate.Identity;
import dev.phigate.balancer.tls.certificate.Revocations;
import dev.phigate.balancer.tls.certificate.Trust;
import dev.phigate.balancer.tls.staple.StapleConfig;
import dev.phigate.balancer.tls.ticket.TicketConfig;
import dev.phigate.settings.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * How a listener speaks TLS.
 *
 * @param certificates what it shows; empty only after a problem was noted
 * @param only13 whether TLS 1.2 is switched off; by default it is on
 * @param clients whose client certificates are accepted; when empty, none is asked for
 * @param tickets how sessions are resumed
 */
public record ServerTlsConfig(
        List<Served> certificates, boolean only13, Optional<Clients> clients, TicketConfig tickets) {
    private static final String NAME = "(\\*\\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*";

    /** What is asked of clients. */
    public enum ClientCertificate {
        /** Nothing. */
        NONE,
        /** A certificate, if they have one; a wrong one is refused. */
        REQUEST,
        /** A certificate. */
        REQUIRE
    }

    /**
     * Whose client certificates are accepted.
     *
     * @param trust the authorities
     * @param demanded whether nobody is served without one
     * @param revocations what the authorities have revoked
     */
    public record Clients(Trust trust, boolean demanded, Optional<Revocations> revocations) {}

    /**
     * A certificate and who gets to see it. For one name there may be two: one with an elliptic-curve key, which is preferred,
     * and one with an RSA key for clients that cannot verify the other.
     *
     * @param identity the certificate and its key
     * @param names the names it is shown for; by default the DNS names in it
     * @param byDefault whether clients see it who ask for another name, or for none
     * @param staple where its responder's answer comes from
     */
    public record Served(Identity identity, List<String> names, boolean byDefault, Optional<StapleConfig> staple) {
        static Optional<Served> read(Section section, boolean byDefault, boolean required) {
            Optional<Identity> identity = required ? Identity.read(section) : Identity.readOptional(section);
            List<String> asked = section.texts("names").orElse(List.of());
            Optional<StapleConfig> staple = StapleConfig.read(section, identity);
            if (!required && section.raw("certificate").isEmpty()) {
                for (String key : List.of("names", "staple")) {
                    section.raw(key)
                            .ifPresent(value -> section.problem(
                                    key, "without certificate (expected: both, or in an entry of certificates)"));
                }
            }
            return identity.map(own -> {
                List<String> names = asked.isEmpty() ? own.names() : List.copyOf(asked);
                for (String name : asked) {
                    if (!name.matches(NAME)) {
                        section.problem("names", name + " (expected: a host name in lower case, or *. before one)");
                    } else if (!own.covers(name)) {
                        section.problem("names", name + " is not in the certificate, which has " + own.names());
                    }
                }
                if (names.isEmpty() && !byDefault) {
                    section.problem("certificate", "has no DNS name (expected: one, or default: true)");
                }
                return new Served(own, names, byDefault, staple);
            });
        }
    }

    /** Reads the section {@code tls} of a listener; client certificates are asked for when {@code clientTrust} is there. */
    public static ServerTlsConfig read(Section section) {
        Optional<ClientCertificate> wish =
                section.choice("clientCertificate", ClientCertificate.class).optional();
        Optional<Trust> trust = section.text("clientTrust").optional().isPresent()
                ? Trust.read(section, "clientTrust")
                : Optional.empty();
        boolean named = section.text("clientTrust").optional().isPresent();
        if (named && wish.equals(Optional.of(ClientCertificate.NONE))) {
            section.problem("clientTrust", "beside clientCertificate: none (expected: one of the two)");
        }
        if (!named && wish.isPresent() && wish.orElseThrow() != ClientCertificate.NONE) {
            section.problem("clientTrust", "missing (expected: whose client certificates are accepted)");
        }
        boolean demanded = wish.orElse(ClientCertificate.REQUIRE) == ClientCertificate.REQUIRE;
        Optional<Clients> clients = trust.map(authorities ->
                new Clients(authorities, demanded, Revocations.read(section, "clientRevocations", authorities)));
        if (section.text("clientRevocations").optional().isPresent() && !named) {
            section.problem("clientRevocations", "without clientTrust (expected: both)");
        }
        return new ServerTlsConfig(
                certificates(section), only13(section), clients, TicketConfig.read(section.section("tickets")));
    }

    /** Reads the section {@code tls} of a listener that demands client certificates: {@code clientTrust} must be there. */
    public static ServerTlsConfig readMutual(Section section) {
        // Known also when the authorities cannot be read, so that it is not called unknown then.
        var _ = section.text("clientRevocations").optional();
        Optional<Clients> clients = Trust.read(section, "clientTrust")
                .map(authorities ->
                        new Clients(authorities, true, Revocations.read(section, "clientRevocations", authorities)));
        return new ServerTlsConfig(
                certificates(section), only13(section), clients, TicketConfig.read(section.section("tickets")));
    }

    private static List<Served> certificates(Section section) {
        List<Section> listed = section.sections("certificates");
        List<Served> served = new ArrayList<>();
        Served.read(section, true, listed.isEmpty()).ifPresent(served::add);
        for (Section entry : listed) {
            Served.read(entry, entry.flag("default").orElse(false), true).ifPresent(served::add);
        }
        Set<String> seen = new HashSet<>();
        for (Served one : served) {
            String kind = one.identity().ecdsa() ? "an EC" : "an RSA";
            for (String name : one.names()) {
                if (!seen.add(kind + " " + name)) {
                    section.problem(
                            "certificates", "\"" + name + "\" has " + kind + " certificate twice (expected: one)");
                }
            }
            if (one.byDefault() && !seen.add(kind)) {
                section.problem("certificates", "there is " + kind + " default certificate twice (expected: one)");
            }
        }
        return List.copyOf(served);
    }

    private static boolean only13(Section section) {
        return section.text("minimumVersion")
                .must(text -> text.equals(Allowed.TLS12) || text.equals(Allowed.TLS13), "TLSv1.2 or TLSv1.3")
                .orElse(Allowed.TLS12)
                .equals(Allowed.TLS13);
    }

    /** Every file it was read from, but those that are looked at by themselves. */
    public List<Path> files() {
        List<Path> files = new ArrayList<>();
        certificates.forEach(served -> files.addAll(served.identity().files()));
        clients.ifPresent(asked -> files.add(asked.trust().file()));
        tickets.secret().flatMap(Secrets::file).ifPresent(files::add);
        return files;
    }

    /** Whether connections made under the other configuration could have been made under this one. */
    boolean sameAs(ServerTlsConfig other) {
        return only13 == other.only13 && sameCertificates(other) && sameClients(other);
    }

    private boolean sameCertificates(ServerTlsConfig other) {
        boolean same = certificates.size() == other.certificates.size();
        for (int i = 0; same && i < certificates.size(); i++) {
            Served own = certificates.get(i);
            Served others = other.certificates.get(i);
            same = own.identity().sameAs(others.identity())
                    && own.names().equals(others.names())
                    && own.byDefault() == others.byDefault();
        }
        return same;
    }

    /** Whether both accept the same clients, revocations aside: those are looked at for each request. */
    boolean sameClients(ServerTlsConfig other) {
        return clients.isPresent() == other.clients.isPresent()
                && clients.stream()
                        .allMatch(own -> own.demanded()
                                        == other.clients.orElseThrow().demanded()
                                && own.trust()
                                        .sameAs(other.clients.orElseThrow().trust()));
    }

    /** What sessions must agree in to be resumed, beyond the secret of their tickets. */
    String sessionScope(Served shown) {
        StringBuilder scope = new StringBuilder().append(only13).append(shown.names());
        clients.ifPresent(
                asked -> scope.append(asked.demanded()).append(asked.trust().fingerprint()));
        return scope.toString().toLowerCase(Locale.ROOT);
    }
}
