package dev.phigate.balancer.tls;

import dev.phigate.balancer.tls.certificate.Identity;
import dev.phigate.balancer.tls.certificate.Trust;
import dev.phigate.settings.Section;
import java.util.Optional;

/**
 * How a listener speaks TLS.
 *
 * @param identity its certificate and key; empty only after a problem was noted
 * @param only13 whether TLS 1.2 is switched off; by default it is on
 * @param clientTrust whose client certificates are accepted; when present, one is demanded
 */
public record ServerTlsConfig(Optional<Identity> identity, boolean only13, Optional<Trust> clientTrust) {
    /** Reads the section {@code tls} of a listener without client certificates. */
    public static ServerTlsConfig read(Section section) {
        return new ServerTlsConfig(Identity.read(section), only13(section), Optional.empty());
    }

    /** Reads the section {@code tls} of a listener that demands client certificates: {@code clientTrust} must be there. */
    public static ServerTlsConfig readMutual(Section section) {
        return new ServerTlsConfig(Identity.read(section), only13(section), Trust.read(section, "clientTrust"));
    }

    private static boolean only13(Section section) {
        return section.text("minimumVersion")
                .must(text -> text.equals(Allowed.TLS12) || text.equals(Allowed.TLS13), "TLSv1.2 or TLSv1.3")
                .orElse(Allowed.TLS12)
                .equals(Allowed.TLS13);
    }

    /** Whether connections made under the other configuration could have been made under this one. */
    boolean sameAs(ServerTlsConfig other) {
        return only13 == other.only13
                && identity.isPresent() == other.identity.isPresent()
                && identity.stream().allMatch(own -> own.sameAs(other.identity.orElseThrow()))
                && clientTrust.isPresent() == other.clientTrust.isPresent()
                && clientTrust.stream().allMatch(own -> own.sameAs(other.clientTrust.orElseThrow()));
    }
}
