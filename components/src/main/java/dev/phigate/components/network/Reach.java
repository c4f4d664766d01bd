package dev.phigate.components.network;

import dev.phigate.settings.Cidr;
import java.util.Optional;

/**
 * That somebody may open connections to a tier, and why.
 *
 * @param from a tier
 * @param outside or, instead of a tier, addresses outside the environment
 * @param to the tier that is reached
 * @param port the TCP port
 * @param reason why, in words that the security group shows: at most 255 of letters, digits, blanks and {@code ._-:/()#,@[]+=&;{}!$*}
 */
public record Reach(Optional<Tier> from, Optional<Cidr> outside, Tier to, int port, String reason) {
    private static final String FORM = "[a-zA-Z0-9 ._:/()#,@\\[\\]+=&;{}!$*-]{1,255}";

    /** Refuses what has no reason, and what opens more than the entry to the outside. */
    public Reach {
        if (reason.isBlank() || !reason.matches(FORM)) {
            throw new IllegalArgumentException("reason: \"" + reason + "\" (expected: 1 to 255 plain characters)");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535)");
        }
        if (from.isPresent() == outside.isPresent()) {
            throw new IllegalArgumentException("from: " + from + ", " + outside + " (expected: one of them)");
        }
        if (outside.isPresent() && to != Tier.ENTRY) {
            throw new IllegalArgumentException(
                    "to: " + to + " (expected: ENTRY, the only tier that is reached from outside)");
        }
        if (outside.filter(block -> !block.isPrivate()).isPresent()) {
            throw new IllegalArgumentException("from: " + outside.orElseThrow() + " (expected: private addresses)");
        }
    }

    /** Who may, as names write it: {@code entry}, or {@code 10-1-0-0-16}. */
    String source() {
        return from.map(Tier::written)
                .orElseGet(() -> outside.orElseThrow().toString().replaceAll("[./]", "-"));
    }

    /** A name of its own among all that a plan allows. */
    String name() {
        return source() + "-to-" + to.written() + "-" + port;
    }
}
