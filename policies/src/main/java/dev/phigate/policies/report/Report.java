package dev.phigate.policies.report;

import dev.phigate.policies.pack.Citation;
import dev.phigate.policies.pack.Level;
import dev.phigate.policies.pack.Pack;
import dev.phigate.policies.pack.Profile;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What one run of the gate found.
 *
 * @param pack the rules that were asked
 * @param profile the edition that the thresholds follow
 * @param at when it ran
 * @param failsUndecidable whether what cannot be decided fails
 * @param stacks what was judged
 * @param unjudged what could not be judged: never silently left out
 */
public record Report(
        Pack pack,
        Profile profile,
        Instant at,
        boolean failsUndecidable,
        List<Judged> stacks,
        List<Unjudged> unjudged) {

    /**
     * One stack that was judged.
     *
     * @param source the file it was read from, or the command that told
     * @param name the stack's name
     * @param resources how many resources it has
     * @param counts the verdicts of every rule that was asked, by rule id, in the order of the pack
     * @param entries what the report lists
     */
    public record Judged(String source, String name, int resources, Map<String, Counts> counts, List<Entry> entries) {}

    /** A stack that could not be judged: which, why, and what to do. */
    public record Unjudged(String name, String reason, String advice) {}

    /** How often a rule gave which answer. */
    public record Counts(int compliant, int violations, int undecidable, int exempt, int notApplicable) {
        /** No answer yet. */
        public static final Counts NONE = new Counts(0, 0, 0, 0, 0);

        /** Both together. */
        public Counts plus(Counts other) {
            return new Counts(
                    compliant + other.compliant,
                    violations + other.violations,
                    undecidable + other.undecidable,
                    exempt + other.exempt,
                    notApplicable + other.notApplicable);
        }
    }

    /** Keeps copies. */
    public Report {
        stacks = List.copyOf(stacks);
        unjudged = List.copyOf(unjudged);
    }

    /** Everything that is listed, in the order of the stacks. */
    public Stream<Entry> entries() {
        return stacks.stream().flatMap(stack -> stack.entries().stream());
    }

    /** How many entries have a verdict. */
    public long count(Verdict verdict) {
        return entries().filter(entry -> entry.verdict() == verdict).count();
    }

    /** How many violations are shown and fail nothing. */
    public long advisory() {
        return entries()
                .filter(entry -> entry.verdict() == Verdict.VIOLATION && !fails(entry))
                .count();
    }

    /** The answers of all rules on all stacks. */
    public Counts total() {
        return stacks.stream()
                .flatMap(stack -> stack.counts().values().stream())
                .reduce(Counts.NONE, Counts::plus);
    }

    /** The answers behind each citation, for those that a rule was asked for. */
    public Map<Citation, Counts> byCitation() {
        Map<Citation, Counts> byCitation = new EnumMap<>(Citation.class);
        for (Judged stack : stacks) {
            stack.counts()
                    .forEach((id, counts) -> pack.rule(id).stream()
                            .flatMap(rule -> rule.citations().stream())
                            .forEach(citation -> byCitation.merge(citation, counts, Counts::plus)));
        }
        return byCitation;
    }

    /** Whether a verdict fails the gate: a mandatory violation; what cannot be decided where that fails. */
    public boolean fails(Entry entry) {
        return entry.level() == Level.MANDATORY
                && switch (entry.verdict()) {
                    case VIOLATION -> true;
                    case UNDECIDABLE -> failsUndecidable;
                    case EXEMPT -> false;
                };
    }

    /** The exit code of the gate: 1 for violations, then 3 for what could not be judged, 4 for what cannot be decided where that fails, else 0. */
    public int exitCode() {
        if (entries().anyMatch(entry -> entry.verdict() == Verdict.VIOLATION && fails(entry))) {
            return 1;
        }
        if (!unjudged.isEmpty()) {
            return 3;
        }
        return entries().anyMatch(this::fails) ? 4 : 0;
    }

    /** The outcome in a sentence. */
    public String outcome() {
        return switch (exitCode()) {
            case 0 -> "passed";
            case 1 -> "failed";
            case 3 -> "incomplete: not everything could be judged";
            default -> "undecided: values that decide are not known";
        };
    }
}
