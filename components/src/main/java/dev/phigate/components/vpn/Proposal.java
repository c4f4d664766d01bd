package dev.phigate.components.vpn;

import dev.phigate.settings.Section;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What the tunnels of a peer may negotiate, in both phases of IKEv2 (RFC 7296). Nothing weak can be said: the words for it do not exist.
 *
 * @param encryption {@code encryption}: {@code aes-256-gcm} and nothing else
 * @param integrity {@code integrity}: default {@code [sha2-384, sha2-512]}
 * @param groups {@code dhGroups}: 19, 20 or 21; default {@code [20, 21]}
 */
public record Proposal(List<Encryption> encryption, List<Integrity> integrity, List<Group> groups) {
    /** Something that is negotiated. */
    public sealed interface Choice permits Encryption, Integrity, Group {
        /** As stack files write it. */
        String written();
    }

    /** How packets are encrypted and authenticated. */
    public enum Encryption implements Choice {
        /** AES with a key of 256 bits in Galois counter mode (RFC 4106, RFC 5282). */
        AES_256_GCM;

        @Override
        public String written() {
            return "aes-256-gcm";
        }
    }

    /** By which hash keys are derived and peers show that they know theirs (RFC 4868). */
    public enum Integrity implements Choice {
        /** SHA-384. */
        SHA2_384,
        /** SHA-512. */
        SHA2_512;

        @Override
        public String written() {
            return this == SHA2_384 ? "sha2-384" : "sha2-512";
        }
    }

    /** The elliptic curve that keys are agreed on (RFC 5903). */
    public enum Group implements Choice {
        /** Group 19. */
        P256(19),
        /** Group 20. */
        P384(20),
        /** Group 21. */
        P521(21);

        private final int number;

        Group(int number) {
            this.number = number;
        }

        /** Its number in IKE. */
        public int number() {
            return number;
        }

        @Override
        public String written() {
            return Integer.toString(number);
        }
    }

    static Proposal read(Section section) {
        return new Proposal(
                read(section, "encryption", List.of(Encryption.values()), List.of(Encryption.AES_256_GCM)),
                read(section, "integrity", List.of(Integrity.values()), List.of(Integrity.values())),
                read(section, "dhGroups", List.of(Group.values()), List.of(Group.P384, Group.P521)));
    }

    /** Each one that is not among the strong ones is a problem of its own. */
    private static <T extends Choice> List<T> read(Section section, String key, List<T> strong, List<T> byDefault) {
        JsonNode written = section.raw(key).orElse(null);
        if (written == null) {
            return byDefault;
        }
        String expected = "some of "
                + String.join(", ", strong.stream().map(Choice::written).toList());
        if (!written.isArray() || written.isEmpty()) {
            section.problem(key, written + " (expected: " + expected + ")");
            return byDefault;
        }
        Set<T> chosen = new LinkedHashSet<>();
        for (JsonNode each : written) {
            List<T> found = strong.stream()
                    .filter(choice -> choice.written().equals(each.asString("")))
                    .toList();
            chosen.addAll(found);
            if (found.isEmpty()) {
                section.problem(key, each.asString(each.toString()) + " (expected: " + expected + ")");
            }
        }
        return List.copyOf(chosen);
    }
}
