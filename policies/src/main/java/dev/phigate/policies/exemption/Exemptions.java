package dev.phigate.policies.exemption;

import dev.phigate.policies.pack.Pack;
import dev.phigate.settings.InvalidSettings;
import dev.phigate.settings.Section;
import dev.phigate.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The exemptions of a file.
 *
 * <pre>{@code
 * exemptions:
 *   - rule: aws-lb-tls-policy
 *     resource: urn:pulumi:prod::clinic::aws:lb/listener:Listener::imaging
 *     owner: jane.doe@clinic.example
 *     reason: the scanner speaks no TLS 1.3 until its firmware of March
 *     ticket: SEC-142
 *     expires: 2027-03-31
 * }</pre>
 *
 * @param entries in the order of the file
 */
public record Exemptions(List<Exemption> entries) {
    /** The name of the file, beside the pack. */
    public static final String FILE = "exemptions.yaml";

    /** Nothing is exempt. */
    public static final Exemptions NONE = new Exemptions(List.of());

    /** Keeps a copy. */
    public Exemptions {
        entries = List.copyOf(entries);
    }

    /**
     * The exemptions that a pack's settings name.
     *
     * @param named the path of their file; empty for {@value #FILE} in the folder, which need not be there
     * @param folder where a relative path begins
     */
    public static Exemptions of(String named, Path folder, Pack pack, LocalDate today) {
        Path file = folder.resolve(named.isEmpty() ? FILE : named);
        return named.isEmpty() && Files.notExists(file) ? NONE : read(file, pack, today);
    }

    /**
     * Reads a file.
     *
     * @param pack the pack whose rules may be exempted from
     * @param today the day of judgement
     * @throws InvalidSettings with everything that is wrong: an unknown key or rule, a missing owner, reason or expiry, an expiry more than a
     *     year ahead. An expired exemption is no error here; it is a finding of the run.
     * @throws IllegalArgumentException when the file cannot be read
     */
    public static Exemptions read(Path file, Pack pack, LocalDate today) {
        try {
            return parse(file.toString(), Files.readString(file), pack, today);
        } catch (IOException e) {
            throw new IllegalArgumentException("exemptions: " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The same for a text that is read already. */
    public static Exemptions parse(String document, String text, Pack pack, LocalDate today) {
        return Settings.yaml(document, text, root -> {
            List<Exemption> entries = new ArrayList<>();
            for (Section section : root.sections("exemptions")) {
                entry(document, section, pack, today).ifPresent(entries::add);
            }
            return new Exemptions(entries);
        });
    }

    private static Optional<Exemption> entry(String document, Section section, Pack pack, LocalDate today) {
        String rule = section.text("rule")
                .must(id -> pack.rule(id).isPresent(), "the id of a rule of " + pack.name() + "; see `phigate rules`")
                .required();
        Optional<UrnPattern> resource = UrnPattern.of(section.text("resource")
                .must(
                        urn -> UrnPattern.of(urn).isPresent(),
                        "urn:pulumi:STACK::PROJECT::TYPE::NAME, where * stands for any text, but not for both TYPE and NAME")
                .required());
        String owner = said(section, "owner", "who answers for it");
        String reason = said(section, "reason", "why the resource may break the rule");
        String ticket = section.text("ticket").orElse("");
        String expires = section.text("expires")
                .must(
                        day -> day(day).filter(last -> isSoon(last, today)).isPresent(),
                        "a day YYYY-MM-DD, at most " + Exemption.LONGEST_DAYS + " days ahead")
                .required();
        return resource.map(pattern -> new Exemption(
                rule, pattern, owner, reason, ticket, day(expires).orElse(today), document + ": " + section.path()));
    }

    private static String said(Section section, String key, String expected) {
        return section.text(key)
                .must(text -> !text.isBlank(), expected)
                .required()
                .strip();
    }

    static Optional<LocalDate> day(String text) {
        try {
            return Optional.of(LocalDate.parse(text));
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    static boolean isSoon(LocalDate expires, LocalDate today) {
        return !expires.isAfter(today.plusDays(Exemption.LONGEST_DAYS));
    }
}
