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
 */
public record ClientCertificate(String name, List<X509Certificate> chain, long ends) {
    /**
     * Reads what a client sent.
     *
     * @throws CertificateException when it names nobody
     */
    public static ClientCertificate of(List<X509Certificate> chain) throws CertificateException {
        X509Certificate own = chain.getFirst();
        return new ClientCertificate(
                ClientName.of(own),
                List.copyOf(chain),
                own.getNotAfter().toInstant().toEpochMilli());
    }
}
