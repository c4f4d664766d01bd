package dev.phigate.balancer.tls.certificate;

import dev.phigate.settings.Section;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The certification authorities that a peer's certificate must lead to. */
public final class Trust {
    private final List<X509Certificate> authorities;

    private final Path file;

    private Trust(List<X509Certificate> authorities, Path file) {
        this.authorities = authorities;
        this.file = file;
    }

    /** Where they were read. */
    public Path file() {
        return file;
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
            return Optional.of(new Trust(authorities, Path.of(path)));
        } catch (Pem.Unusable e) {
            section.problem(key, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** The authorities. */
    public X509Certificate[] authorities() {
        return authorities.toArray(X509Certificate[]::new);
    }

    /** A digest of them all. */
    public String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (X509Certificate authority : authorities) {
                digest.update(authority.getEncoded());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256 and encodes what it has decoded", e);
        }
    }

    /** Whether a certificate is of one of the authorities: of its name and key, as the JDK judges, whenever it was renewed. */
    boolean holds(X509Certificate certificate) {
        return authorities.stream().anyMatch(authority -> isSame(authority, certificate));
    }

    /** Whether two certificates are of one authority. */
    static boolean isSame(X509Certificate one, X509Certificate other) {
        return one.getSubjectX500Principal().equals(other.getSubjectX500Principal())
                && one.getPublicKey().equals(other.getPublicKey());
    }

    /** Whether both are the same authorities. */
    public boolean sameAs(Trust other) {
        return authorities.equals(other.authorities);
    }
}
