package dev.phigate.balancer.tls;

import dev.phigate.balancer.tls.certificate.Identity;
import dev.phigate.balancer.tls.certificate.Trust;
import dev.phigate.settings.Section;
import java.util.Optional;

/**
 * How an upstream's hosts are verified. There is no way to switch verification off.
 *
 * @param trust the authorities their certificates must lead to; empty only after a problem was noted
 * @param serverName the name their certificates must carry; by default the host of their URL
 * @param identity the certificate we show them, when they ask for one
 */
public record ClientTlsConfig(Optional<Trust> trust, Optional<String> serverName, Optional<Identity> identity) {
    /** Reads the section {@code tls} of an upstream. */
    public static ClientTlsConfig read(Section section) {
        return new ClientTlsConfig(
                Trust.read(section, "trust"),
                section.text("serverName")
                        .must(text -> text.matches("[A-Za-z0-9._:-]{1,253}"), "a host name")
                        .optional(),
                Identity.readOptional(section));
    }
}
