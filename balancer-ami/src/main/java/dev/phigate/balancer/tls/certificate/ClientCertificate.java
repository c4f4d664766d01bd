package dev.phigate.balancer.tls.certificate;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The certificate a client has proved to own.
 *
 * @param name who it is for
 * @param chain it and those that lead from it towards its authority, as the client sent them
 * @param ends when it ends, in milliseconds since 1970
 * @param firstEnds when the first of the chain ends
 */
public record ClientCertificate(String name, List<X509Certificate> chain, long ends, long firstEnds) {
    /**
     * Reads what a client sent.
     *
     * @throws CertificateException when it names nobody
     */
    public static ClientCertificate of(List<X509Certificate> chain) throws CertificateException {
        X509Certificate own = chain.getFirst();
        long firstEnds = chain.stream().mapToLong(ClientCertificate::end).min().orElse(end(own));
        return new ClientCertificate(ClientName.of(own), List.copyOf(chain), end(own), firstEnds);
    }

    private static long end(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant().toEpochMilli();
    }
}
