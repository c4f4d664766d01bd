package dev.phigate.balancer.tls.certificate;

import dev.phigate.settings.Section;
import io.netty.handler.ssl.util.SimpleKeyManagerFactory;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.ManagerFactoryParameters;

/** A certificate chain with its private key, read from files and checked: they fit, and the certificate is valid now. */
public final class Identity {
    private static final int DNS_NAME = 2;
    private static final Map<String, String> PROOFS = Map.of("EC", "SHA256withECDSA", "RSA", "SHA256withRSA");

    private final List<X509Certificate> chain;
    private final PrivateKey key;
    private final List<Path> files;

    private Identity(List<X509Certificate> chain, PrivateKey key, List<Path> files) {
        this.chain = List.copyOf(chain);
        this.key = key;
        this.files = files;
    }

    /** Reads the keys {@code certificate} and {@code privateKey}; what is wrong with them is noted in the section. */
    public static Optional<Identity> read(Section section) {
        String certificate = path(section, "certificate");
        String privateKey = path(section, "privateKey");
        return certificate.isEmpty() || privateKey.isEmpty()
                ? Optional.empty()
                : load(section, Path.of(certificate), Path.of(privateKey));
    }

    /** The same as {@link #read} where both keys may be absent, but not one of them. */
    public static Optional<Identity> readOptional(Section section) {
        boolean certificate = section.text("certificate").optional().isPresent();
        boolean privateKey = section.text("privateKey").optional().isPresent();
        return certificate || privateKey ? read(section) : Optional.empty();
    }

    /** An absolute path under a key, or an empty text after noting the problem. */
    static String path(Section section, String key) {
        return section.text(key)
                .must(text -> text.startsWith("/") && text.indexOf('\0') < 0, "an absolute path")
                .required();
    }

    private static Optional<Identity> load(Section section, Path certificate, Path privateKey) {
        List<X509Certificate> chain;
        try {
            chain = Pem.certificates(certificate);
        } catch (Pem.Unusable e) {
            section.problem("certificate", String.valueOf(e.getMessage()));
            return Optional.empty();
        }
        X509Certificate leaf = chain.getFirst();
        String algorithm = leaf.getPublicKey().getAlgorithm();
        if (!PROOFS.containsKey(algorithm)) {
            section.problem("certificate", certificate + " has a key of type " + algorithm + " (expected: EC or RSA)");
            return Optional.empty();
        }
        Instant now = Instant.now();
        if (now.isBefore(leaf.getNotBefore().toInstant())
                || now.isAfter(leaf.getNotAfter().toInstant())) {
            section.problem(
                    "certificate",
                    certificate + " is valid from " + leaf.getNotBefore().toInstant() + " to "
                            + leaf.getNotAfter().toInstant() + " (expected: valid now, " + now + ")");
        }
        try {
            PrivateKey key = Pem.privateKey(privateKey, algorithm);
            if (!fit(leaf, key)) {
                section.problem("privateKey", privateKey + " is not the key of " + certificate);
            }
            return Optional.of(new Identity(chain, key, List.of(certificate, privateKey)));
        } catch (Pem.Unusable e) {
            section.problem("privateKey", String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static boolean fit(X509Certificate leaf, PrivateKey key) {
        try {
            byte[] message = "phigate".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            Signature signature = Signature.getInstance(PROOFS.get(key.getAlgorithm()));
            signature.initSign(key);
            signature.update(message);
            byte[] signed = signature.sign();
            signature.initVerify(leaf.getPublicKey());
            signature.update(message);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** The certificate and those that lead from it towards its authority. */
    public X509Certificate[] chain() {
        return chain.toArray(X509Certificate[]::new);
    }

    /** The private key, for the TLS engine only. */
    public PrivateKey key() {
        return key;
    }

    /** What shows this certificate, for TLS engines only. */
    public KeyManagerFactory keys() {
        return new SimpleKeyManagerFactory() {
            @Override
            protected void engineInit(KeyStore store, char[] password) {
                throw new UnsupportedOperationException("it has its key already");
            }

            @Override
            protected void engineInit(ManagerFactoryParameters parameters) {
                throw new UnsupportedOperationException("it has its key already");
            }

            @Override
            protected KeyManager[] engineGetKeyManagers() {
                return new KeyManager[] {new OnlyKey(Identity.this)};
            }
        };
    }

    /** Whether the key is an elliptic-curve key; otherwise it is an RSA key. */
    public boolean ecdsa() {
        return key.getAlgorithm().equals("EC");
    }

    /** The DNS names that the certificate is for, each once and in lower case; one label of a name may be {@code *}. */
    public List<String> names() {
        Set<String> names = new LinkedHashSet<>();
        try {
            var all = chain.getFirst().getSubjectAlternativeNames();
            for (List<?> name : all == null ? List.<List<?>>of() : all) {
                if (name.get(0).equals(DNS_NAME)) {
                    names.add(((String) name.get(1)).toLowerCase(Locale.ROOT));
                }
            }
        } catch (CertificateParsingException e) {
            return List.of();
        }
        return List.copyOf(names);
    }

    /** Whether the certificate is for a name, or for all that a wildcard name stands for (RFC 9525 section 6.3). */
    public boolean covers(String name) {
        int dot = name.indexOf('.');
        List<String> own = names();
        return own.contains(name) || (dot > 0 && own.contains("*" + name.substring(dot)));
    }

    /** How metrics call it: its kind of key and its first name. */
    public String shown() {
        List<String> own = names();
        return (ecdsa() ? "ec " : "rsa ") + (own.isEmpty() ? "without a name" : own.getFirst());
    }

    /** Where it was read. */
    public List<Path> files() {
        return files;
    }

    /** The certificate itself. */
    public X509Certificate leaf() {
        return chain.getFirst();
    }

    /** When the certificate ends. */
    public Instant notAfter() {
        return chain.getFirst().getNotAfter().toInstant();
    }

    /** Whether both are the same certificate. */
    public boolean sameAs(Identity other) {
        return chain.equals(other.chain);
    }

    /** The certificate's subject; never the key. */
    @Override
    public String toString() {
        return "Identity[" + chain.getFirst().getSubjectX500Principal().getName() + "]";
    }
}
