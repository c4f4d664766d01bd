package dev.phigate.policies.report;

import dev.phigate.policies.Fault;
import dev.phigate.policies.Finding;
import dev.phigate.policies.exemption.Exemption;
import dev.phigate.policies.pack.Judgement;
import dev.phigate.policies.pack.Level;
import java.util.List;
import java.util.Optional;

/**
 * A judgement that a report lists.
 *
 * @param judgement a violation, or what cannot be decided
 * @param level what it does
 * @param exemption what covers it
 */
public record Entry(Judgement judgement, Level level, Optional<Exemption> exemption) {
    /** What the report says. */
    public Verdict verdict() {
        if (exemption.isPresent()) {
            return Verdict.EXEMPT;
        }
        return judgement.finding() instanceof Finding.Undecidable ? Verdict.UNDECIDABLE : Verdict.VIOLATION;
    }

    /** What it is about, a point for each property. */
    public List<Point> points() {
        return switch (judgement.finding()) {
            case Finding.Violation(List<Fault> faults) ->
                faults.stream()
                        .map(fault -> new Point(
                                Text.plain(fault.property()), Text.plain(fault.found()), Text.plain(fault.wanted())))
                        .toList();
            case Finding.Undecidable(List<String> properties, String reason) ->
                properties.stream()
                        .map(property -> new Point(Text.plain(property), Text.plain(reason), ""))
                        .toList();
            case Finding.Compliant _, Finding.NotApplicable _ -> List.of();
        };
    }

    /** The id of the rule. */
    public String rule() {
        return judgement.rule().id();
    }

    /** The URN of the resource. */
    public String urn() {
        return Text.plain(judgement.resource().urn());
    }

    /** The type and name of the resource, short enough for a line. */
    public String resource() {
        return Text.plain(
                judgement.resource().kind() + " " + judgement.resource().name());
    }

    /**
     * One property that the judgement is about.
     *
     * @param property its path in the resource's inputs; empty for the resource as a whole
     * @param found what was found, or why nothing could be decided
     * @param wanted what would be compliant; empty when nothing could be decided
     */
    public record Point(String property, String found, String wanted) {
        /** The point on one line. */
        public String message() {
            return (property.isEmpty() ? "" : property + ": ")
                    + found
                    + (wanted.isEmpty() ? "" : " (wanted: " + wanted + ")");
        }
    }
}
