package dev.phigate.balancer.tls.certificate;

import dev.phigate.settings.Section;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The certification authorities that a peer's certificate must lead to. */
public final class Trust {
    private final List<X509Certificate> authorities;

    private Trust(List<X509Certificate> authorities) {
        this.authorities = authorities;
    }

    /**
     * Reads the path under a key, which must be there; what is wrong is noted in the section.
     *
     * @param section the section
     * @param key the key, such as {@code trust}
     */
    public static Optional<Trust> read(Section section, String key) {
        String path = Identity.path(section, key);
        if (path.isEmpty()) {
            return Optional.empty();
        }
        try {
            List<X509Certificate> authorities = Pem.certificates(Path.of(path));
            Instant now = Instant.now();
            if (authorities.stream().allMatch(ca -> ca.getNotAfter().toInstant().isBefore(now))) {
                section.problem(
                        key,
                        path + ": every certificate has expired, the last at "
                                + authorities.getLast().getNotAfter().toInstant());
            }
            return Optional.of(new Trust(authorities));
        } catch (Pem.Unusable e) {
            section.problem(key, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** The authorities. */
    public X509Certificate[] authorities() {
        return authorities.toArray(X509Certificate[]::new);
    }

    /** Whether both are the same authorities. */
    public boolean sameAs(Trust other) {
        return authorities.equals(other.authorities);
    }
}
