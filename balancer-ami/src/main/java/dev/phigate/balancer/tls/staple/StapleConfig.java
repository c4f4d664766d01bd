package dev.phigate.balancer.tls.staple;

import dev.phigate.balancer.tls.certificate.Identity;
import dev.phigate.settings.Section;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * Where the answer comes from that a certificate's responder has signed.
 *
 * @param name how metrics call the certificate
 * @param leaf the certificate
 * @param issuer who issued it: the second certificate of its file
 * @param file a file that somebody else keeps fresh, DER; otherwise the responder is asked
 * @param responder the responder that the certificate names; asked when there is no file
 */
public record StapleConfig(
        String name, X509Certificate leaf, X509Certificate issuer, Optional<Path> file, Optional<URI> responder) {
    private static final String FILE = "file:";

    /** Reads {@code staple}: {@code none}, which is the default, {@code responder}, or {@code file:/absolute/path}. */
    public static Optional<StapleConfig> read(Section section, Optional<Identity> identity) {
        String wish = section.text("staple")
                .must(
                        text -> text.equals("none") || text.equals("responder") || text.startsWith(FILE + "/"),
                        "none, responder or file:/absolute/path")
                .orElse("none");
        if (wish.isEmpty() || wish.equals("none") || identity.isEmpty()) {
            return Optional.empty();
        }
        String name = identity.orElseThrow().shown();
        X509Certificate[] chain = identity.orElseThrow().chain();
        if (chain.length < 2) {
            section.problem(
                    "staple", wish + " needs the issuer (expected: its certificate after the own one in the file)");
            return Optional.empty();
        }
        if (wish.startsWith(FILE)) {
            return Optional.of(new StapleConfig(
                    name, chain[0], chain[1], Optional.of(Path.of(wish.substring(FILE.length()))), Optional.empty()));
        }
        Optional<URI> responder = OcspMessages.responder(chain[0]);
        if (responder.isEmpty()) {
            section.problem(
                    "staple", "responder, but the certificate names none with http:// (expected: none or file:)");
        }
        return Optional.of(new StapleConfig(name, chain[0], chain[1], Optional.empty(), responder));
    }
}
