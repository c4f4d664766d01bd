package dev.phigate.provider.local.keyring;

import dev.phigate.provider.local.files.OwnerFiles;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** When a certificate of the ring has to be made anew, though nothing is wrong with its file. */
final class Leaf {
    private Leaf() {}

    static Optional<String> dueFor(X509Certificate leaf, LeafRole role, KeyRingInputs inputs, Instant now) {
        Instant end = leaf.getNotAfter().toInstant();
        if (isDue(end, inputs.rotateBeforeDays(), now)) {
            return Optional.of("rotation due (ends " + end + ")");
        }
        Duration life = Duration.between(leaf.getNotBefore().toInstant(), end).minus(Authority.BACKDATED);
        if (life.toDays() != inputs.certificateDays()) {
            return Optional.of("is valid for " + life.toDays() + " days (expected: " + inputs.certificateDays() + ")");
        }
        Set<String> wanted = inputs.names(role).stream().map(Leaf::asWritten).collect(Collectors.toSet());
        if (!ServerName.of(leaf).equals(wanted)) {
            return Optional.of("is for " + ServerName.of(leaf) + " (expected: " + wanted + ")");
        }
        return Optional.empty();
    }

    /** Whether the end of a certificate is near enough. */
    static boolean isDue(Instant end, int rotateBeforeDays, Instant now) {
        return !end.isAfter(now.plus(Duration.ofDays(rotateBeforeDays)));
    }

    /** SHA-256 of the certificate as it goes over the wire. */
    static String fingerprint(X509Certificate certificate) {
        try {
            return OwnerFiles.sha256(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate that cannot be written", e);
        }
    }

    /** A name as a certificate gives it back: an IPv6 address in full. */
    private static String asWritten(String name) {
        try {
            return ServerName.isAddress(name) ? InetAddress.getByName(name).getHostAddress() : name;
        } catch (UnknownHostException e) {
            return name;
        }
    }
}
