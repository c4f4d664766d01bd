package dev.phigate.policies.report;

import dev.phigate.policies.Fault;
import dev.phigate.policies.Finding;
import dev.phigate.policies.Resource;
import dev.phigate.policies.exemption.Exemption;
import dev.phigate.policies.pack.Citation;
import dev.phigate.policies.pack.Judgement;
import dev.phigate.policies.pack.Rule;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A judgement in words: the rule, what was found and wanted, where, why, how to fix it, and what other packs call it.
 *
 * <pre>
 * aws-kms-rotation-enabled: Customer-managed symmetric KMS keys rotate at least yearly
 *   found   enableKeyRotation: false
 *   wanted  true
 *   where   urn:pulumi:prod::clinic::aws:kms/key:Key::records
 *   why     164.312(a)(2)(iv) Encryption and decryption
 *   fix     enableKeyRotation: true
 *   also    checkov CKV_AWS_7
 * </pre>
 */
public final class Explanation {
    private Explanation() {}

    /** The whole explanation, several lines without a final line break. */
    public static String of(Judgement judgement) {
        return of(judgement, Optional.empty());
    }

    /** The same for a judgement that an exemption covers. */
    public static String of(Judgement judgement, Optional<Exemption> exemption) {
        Rule rule = judgement.rule();
        StringBuilder text = new StringBuilder(headline(rule));
        switch (judgement.finding()) {
            case Finding.Violation(List<Fault> faults) -> faults.forEach(fault -> fault(text, fault));
            case Finding.Undecidable(List<String> properties, String reason) ->
                line(
                        text,
                        "unknown",
                        String.join(", ", properties) + (properties.equals(List.of("")) ? "" : ": ") + reason);
            case Finding.NotApplicable(String reason) -> line(text, "n/a", reason);
            case Finding.Compliant _ -> line(text, "found", "compliant");
        }
        exemption.ifPresent(covering -> line(text, "exempt", covering.summary()));
        line(text, "where", judgement.resource().urn());
        line(text, "why", rule.citations().stream().map(Citation::cited).collect(Collectors.joining("; ")));
        line(text, "fix", fix(rule, judgement.resource()));
        line(text, "also", equivalents(rule));
        return text.toString();
    }

    /** The rule's id and title. */
    public static String headline(Rule rule) {
        return rule.description().title().isEmpty()
                ? rule.id()
                : rule.id() + ": " + rule.description().title();
    }

    /** One line that says what is wrong, for tables and for programs. */
    public static String summary(Finding finding) {
        return switch (finding) {
            case Finding.Violation(List<Fault> faults) ->
                faults.stream()
                        .map(fault -> found(fault) + " (wanted: " + fault.wanted() + ")")
                        .collect(Collectors.joining("; "));
            case Finding.Undecidable(List<String> properties, String reason) ->
                String.join(", ", properties) + (properties.equals(List.of("")) ? "" : ": ") + reason;
            case Finding.NotApplicable(String reason) -> reason;
            case Finding.Compliant _ -> "compliant";
        };
    }

    /** The line to write for this resource. */
    public static String fix(Rule rule, Resource resource) {
        return rule.fixFor(resource.kind());
    }

    /** Rules of other packs on the same subject. */
    public static String equivalents(Rule rule) {
        return rule.description().equivalents().entrySet().stream()
                .sorted(java.util.Map.Entry.comparingByKey())
                .map(pack -> pack.getKey() + " " + String.join(", ", pack.getValue()))
                .collect(Collectors.joining("; "));
    }

    private static void fault(StringBuilder text, Fault fault) {
        line(text, "found", found(fault));
        line(text, "wanted", fault.wanted());
    }

    private static String found(Fault fault) {
        return fault.property().isEmpty() ? fault.found() : fault.property() + ": " + fault.found();
    }

    private static void line(StringBuilder text, String label, String content) {
        if (!content.isEmpty()) {
            text.append("\n  ").append(label).repeat(' ', 8 - label.length()).append(content);
        }
    }
}
