package dev.phigate.balancer.tls.certificate;

import dev.phigate.settings.Section;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.CRL;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Which client certificates were revoked (RFC 5280 section 5), from a file with the lists of the authorities, PEM or DER. Read
 * again when the file changes; a file that cannot be used leaves the lists that were there, until they end. A certificate whose
 * issuer has no list, or one that has ended, is in no good standing: nobody knows. Used by all loops at once.
 */
public final class Revocations {
    private static final System.Logger LOG = System.getLogger(Revocations.class.getName());
    private static final long LARGEST_FILE = 64L << 20;
    private static final String DELTA = "2.5.29.27";
    private static final String PARTIAL = "2.5.29.28";

    private final Path file;
    private final Trust trust;
    private FileStamp stamp;
    private @Nullable FileStamp unread;
    private volatile Known known;
    private volatile String fingerprint;
    private volatile String unusable = "";

    /** What is known of one certificate. */
    public enum Standing {
        /** Its issuer's list does not have it. */
        GOOD,
        /** Its issuer has revoked it. */
        REVOKED,
        /** There is no list of its issuer that still holds. */
        UNKNOWN
    }

    /** One list, and the key that signed it: an authority that has changed its key may have one for each. */
    private record Listed(PublicKey signer, Set<BigInteger> serials, Instant made, long ends) {}

    /**
     * What one reading of the file has brought.
     *
     * @param lists by the name of their issuer
     * @param authorities those of the trusted ones that the lists revoke
     */
    private record Known(Map<X500Principal, List<Listed>> lists, List<X509Certificate> authorities) {
        static Known of(Map<X500Principal, List<Listed>> lists, Trust trust) {
            Known all = new Known(lists, List.of());
            List<X509Certificate> held = Arrays.asList(trust.authorities());
            List<X509Certificate> good =
                    held.stream().filter(one -> isRoot(one) || !all.lists(one)).toList();
            return new Known(
                    lists,
                    held.stream()
                            .filter(one -> good.stream().noneMatch(other -> Trust.isSame(one, other)))
                            .toList());
        }

        /** Whether a list has this very certificate. */
        boolean lists(X509Certificate certificate) {
            return by(certificate.getIssuerX500Principal()).stream()
                    .anyMatch(listed -> listed.serials().contains(certificate.getSerialNumber()));
        }

        List<Listed> by(X500Principal issuer) {
            return lists.getOrDefault(issuer, List.of());
        }

        boolean revokes(X509Certificate certificate) {
            return lists(certificate) || authorities.stream().anyMatch(authority -> issued(authority, certificate));
        }

        private static boolean issued(X509Certificate authority, X509Certificate certificate) {
            if (!authority.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
                return false;
            }
            try {
                certificate.verify(authority.getPublicKey());
                return true;
            } catch (GeneralSecurityException e) {
                return false;
            }
        }
    }

    private Revocations(Path file, Trust trust, FileStamp stamp, Known known, String fingerprint) {
        this.file = file;
        this.trust = trust;
        this.stamp = stamp;
        this.known = known;
        this.fingerprint = fingerprint;
    }

    /** Reads the path under a key, when it is there; what is wrong is noted in the section. */
    public static Optional<Revocations> read(Section section, String key, Trust trust) {
        if (section.text(key).optional().isEmpty()) {
            return Optional.empty();
        }
        String path = Identity.path(section, key);
        if (path.isEmpty()) {
            return Optional.empty();
        }
        Path file = Path.of(path);
        try {
            FileStamp stamp = FileStamp.of(file);
            Map<X500Principal, List<Listed>> lists = load(file, trust);
            long now = System.currentTimeMillis();
            lists.forEach((issuer, all) -> all.stream()
                    .filter(listed -> listed.ends() <= now)
                    .forEach(listed -> section.problem(
                            key,
                            file + ": the list of " + issuer.getName() + " ended at "
                                    + Instant.ofEpochMilli(listed.ends()) + " (expected: a list that holds now)")));
            return Optional.of(new Revocations(file, trust, stamp, Known.of(lists, trust), digest(file)));
        } catch (Pem.Unusable e) {
            section.problem(key, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** Reads the file again if it has changed. Called from one thread, never from an event loop. */
    public void refresh() {
        FileStamp now = FileStamp.of(file);
        if (now.equals(stamp)) {
            return;
        }
        try {
            known = Known.of(load(file, trust), trust);
            stamp = now;
            unread = null;
            fingerprint = digest(file);
            unusable = "";
            LOG.log(System.Logger.Level.INFO, "read the revoked certificates again: {0}", file);
        } catch (Pem.Unusable e) {
            if (e.getCause() instanceof IOException) {
                // Nobody knows what is in it: it is tried again until somebody does, and said once.
                if (now.equals(unread)) {
                    return;
                }
                unread = now;
            } else {
                stamp = now;
            }
            unusable = digest(file);
            LOG.log(
                    System.Logger.Level.ERROR,
                    "the lists of revoked certificates stay as they were: {0}",
                    e.getMessage());
        }
    }

    /**
     * The worst standing of a client's certificates, its own first, up to the authority that is trusted. What is revoked counts wherever
     * it was sent: which of the certificates were used to verify is not known, and their order is the client's.
     */
    public Standing of(List<X509Certificate> chain) {
        Known all = known;
        if (chain.stream().anyMatch(one -> !(isRoot(one) && trust.holds(one)) && all.revokes(one))) {
            return Standing.REVOKED;
        }
        long now = System.currentTimeMillis();
        for (X509Certificate certificate : chain) {
            if (trust.holds(certificate)) {
                break;
            }
            List<Listed> by = all.by(certificate.getIssuerX500Principal());
            if (by.isEmpty() || by.stream().anyMatch(listed -> listed.ends() <= now)) {
                return Standing.UNKNOWN;
            }
        }
        return Standing.GOOD;
    }

    /** Whether there is nobody above who could revoke it. */
    private static boolean isRoot(X509Certificate held) {
        return held.getIssuerX500Principal().equals(held.getSubjectX500Principal());
    }

    /** SHA-256 of the file whose lists are in force, in hexadecimal digits. */
    public String fingerprint() {
        return fingerprint;
    }

    /** The same of the file that stands there now and cannot be used; an empty text when it can. */
    public String unusable() {
        return unusable;
    }

    /** Of nothing when the file cannot be read. */
    private static String digest(Path file) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            if (Files.size(file) <= LARGEST_FILE) {
                digest.update(Files.readAllBytes(file));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            return "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** When the first of the lists ends, and with it everybody's good standing. */
    public Instant ends() {
        return Instant.ofEpochMilli(known.lists().values().stream()
                .flatMap(List::stream)
                .mapToLong(Listed::ends)
                .min()
                .orElse(0));
    }

    private static Map<X500Principal, List<Listed>> load(Path file, Trust trust) throws Pem.Unusable {
        Collection<? extends CRL> read;
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw new Pem.Unusable(file + " is larger than 64MiB (expected: lists of revoked certificates)");
            }
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                read = CertificateFactory.getInstance("X.509").generateCRLs(in);
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new Pem.Unusable(
                    file + " cannot be read as lists of revoked certificates ("
                            + e.getClass().getSimpleName() + "; expected: X509 CRL, PEM or DER)",
                    e);
        }
        Map<X500Principal, List<Listed>> lists = new HashMap<>();
        for (CRL crl : read) {
            X509CRL list = (X509CRL) crl;
            newest(
                    lists.computeIfAbsent(list.getIssuerX500Principal(), issuer -> new ArrayList<>()),
                    judged(file, list, trust));
        }
        if (lists.isEmpty()) {
            throw new Pem.Unusable(file + " holds no list of revoked certificates (expected: at least one X509 CRL)");
        }
        return lists;
    }

    /** Adds a list, in place of an older one by the same key. */
    private static void newest(List<Listed> all, Listed listed) {
        boolean older = all.stream()
                .anyMatch(other ->
                        other.signer().equals(listed.signer()) && other.made().isAfter(listed.made()));
        if (!older) {
            all.removeIf(other -> other.signer().equals(listed.signer()));
            all.add(listed);
        }
    }

    private static Listed judged(Path file, X509CRL list, Trust trust) throws Pem.Unusable {
        String whose = file + ": the list of " + list.getIssuerX500Principal().getName();
        if (list.getExtensionValue(DELTA) != null
                || list.getExtensionValue(PARTIAL) != null
                || list.hasUnsupportedCriticalExtension()) {
            throw new Pem.Unusable(whose + " is a delta or covers a part only (expected: complete lists)");
        }
        if (list.getNextUpdate() == null) {
            throw new Pem.Unusable(
                    whose + " does not say when it ends (expected: nextUpdate, RFC 5280 section 5.1.2.5)");
        }
        X509Certificate signer = Arrays.stream(trust.authorities())
                .filter(authority -> signs(authority, list))
                .findFirst()
                .orElseThrow(() -> new Pem.Unusable(
                        whose + " is signed by none of the authorities of clientTrust (expected: every issuer of"
                                + " a list among them)"));
        Set<BigInteger> serials = new HashSet<>();
        Set<? extends X509CRLEntry> entries = list.getRevokedCertificates();
        if (entries != null) {
            entries.forEach(entry -> serials.add(entry.getSerialNumber()));
        }
        return new Listed(
                signer.getPublicKey(),
                Set.copyOf(serials),
                list.getThisUpdate().toInstant(),
                list.getNextUpdate().toInstant().toEpochMilli());
    }

    private static boolean signs(X509Certificate authority, X509CRL list) {
        if (!authority.getSubjectX500Principal().equals(list.getIssuerX500Principal())) {
            return false;
        }
        try {
            list.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
