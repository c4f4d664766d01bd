package dev.phigate.provider.local.keyring;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.bouncycastle.util.IPAddress;

/** A name that a server's certificate is for: a DNS name (RFC 1123, with a wildcard in front at most) or an IP address. */
final class ServerName {
    private static final Pattern DNS = Pattern.compile(
            "(\\*\\.)?[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*");
    private static final int LONGEST = 253;

    private ServerName() {}

    static boolean isValid(String name) {
        return isAddress(name) || (name.length() <= LONGEST && DNS.matcher(name).matches() && !looksLikeAddress(name));
    }

    static boolean isAddress(String name) {
        return IPAddress.isValid(name);
    }

    /** The names in a certificate, addresses in the JDK's way of writing them. */
    static Set<String> of(X509Certificate certificate) {
        try {
            Collection<List<?>> names = Optional.ofNullable(certificate.getSubjectAlternativeNames())
                    .orElse(List.of());
            return names.stream().map(name -> String.valueOf(name.get(1))).collect(Collectors.toSet());
        } catch (CertificateParsingException e) {
            return Set.of();
        }
    }

    /** {@code 256.1.1.1} is neither an address nor a name that anybody means. */
    private static boolean looksLikeAddress(String name) {
        return name.matches("[0-9.]+");
    }
}
