package dev.phigate.balancer.tls.certificate;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Who a client certificate is for: its first DNS name, otherwise its common name. Directories name the folders that an entry is in by
 * common names too: what counts is the most specific one.
 */
public final class ClientName {
    private static final int DNS_NAME = 2;

    private ClientName() {}

    /**
     * The name in a certificate.
     *
     * @throws CertificateException when it names nobody
     */
    public static String of(X509Certificate certificate) throws CertificateException {
        if (certificate.getSubjectAlternativeNames() != null) {
            for (List<?> name : certificate.getSubjectAlternativeNames()) {
                if (name.get(0).equals(DNS_NAME)) {
                    return (String) name.get(1);
                }
            }
        }
        try {
            List<Rdn> rootFirst =
                    new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
            for (Rdn rdn : rootFirst.reversed()) {
                Attribute name = rdn.toAttributes().get("CN");
                if (name != null) {
                    return name.get().toString();
                }
            }
        } catch (NamingException e) {
            throw new CertificateException("the subject cannot be parsed", e);
        }
        throw new CertificateException("the certificate names nobody: neither a DNS name nor a common name");
    }
}
