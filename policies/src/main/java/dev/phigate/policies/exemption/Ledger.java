package dev.phigate.policies.exemption;

import dev.phigate.policies.Fault;
import dev.phigate.policies.Finding;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Value;
import dev.phigate.policies.pack.Citation;
import dev.phigate.policies.pack.Description;
import dev.phigate.policies.pack.Judgement;
import dev.phigate.policies.pack.Level;
import dev.phigate.policies.pack.Pack;
import dev.phigate.policies.pack.Rule;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The exemptions of one run, and what each was used for. Meets every resource before its judgements are asked about; at the end it
 * judges the exemptions themselves, by the rule {@value #RULE}: one that has expired, covers nothing, or lacks an owner, a reason or an
 * expiry is a violation, and cannot be exempted.
 *
 * <p>Used by one thread.
 */
public final class Ledger {
    /** The rule that exemptions themselves are judged by. */
    public static final String RULE = "any-policy-exceptions-documented";

    private final Pack pack;
    private final LocalDate today;
    private final Rule rule;
    private final Map<String, List<Exemption>> byRule = new LinkedHashMap<>();
    private final Map<Exemption, Resource> carriers = new HashMap<>();
    private final List<Judgement> invalid = new ArrayList<>();
    private final Set<Exemption> used = new HashSet<>();
    private final Set<Exemption> concerned = new LinkedHashSet<>();
    private final Set<String> stacks = new HashSet<>();
    private final Set<String> met = new HashSet<>();
    private final List<Exemption> ofFile;

    /** A run that begins. */
    public Ledger(Pack pack, Exemptions exemptions, LocalDate today) {
        this.pack = pack;
        this.today = today;
        this.ofFile = exemptions.entries();
        this.rule = pack.rule(RULE).orElseGet(Ledger::byItself);
        ofFile.forEach(this::enter);
    }

    /** Reads the annotations of a resource. Meeting one again changes nothing. */
    public void meet(Resource resource) {
        if (!met.add(resource.urn())) {
            return;
        }
        String[] parts = resource.urn().split("::", 3);
        if (parts.length == 3 && stacks.add(parts[0] + "::" + parts[1])) {
            ofFile.stream()
                    .filter(exemption -> exemption.resource().concernsStackOf(resource.urn()))
                    .forEach(concerned::add);
        }
        for (Annotation annotation : Annotation.of(resource)) {
            List<Fault> faults = annotation.faults(pack.rule(annotation.rule()).isPresent(), today);
            if (faults.isEmpty()) {
                Exemption exemption = annotation.exemption(resource);
                enter(exemption);
                carriers.put(exemption, resource);
                concerned.add(exemption);
            } else {
                invalid.add(new Judgement(rule, resource, new Finding.Violation(faults)));
            }
        }
    }

    /** The exemption that covers a violation, or what cannot be decided yet. */
    public Optional<Exemption> covering(Judgement judgement) {
        boolean needsOne =
                judgement.finding() instanceof Finding.Violation || judgement.finding() instanceof Finding.Undecidable;
        if (!needsOne) {
            return Optional.empty();
        }
        Optional<Exemption> covering = byRule.getOrDefault(judgement.rule().id(), List.of()).stream()
                .filter(exemption ->
                        exemption.resource().matches(judgement.resource().urn()))
                .filter(exemption -> !exemption.isExpired(today))
                .findFirst();
        covering.ifPresent(used::add);
        return covering;
    }

    /** The judgements of the exemptions themselves: of those that concern a stack whose resources were met. Ends the run. */
    public List<Judgement> close() {
        List<Judgement> judgements = new ArrayList<>(invalid);
        for (Exemption exemption : concerned) {
            if (exemption.isExpired(today)) {
                judgements.add(problem(
                        exemption,
                        "expired on " + exemption.expires(),
                        "an exemption that holds: " + exemption.owner()
                                + " renews it, or mends the resource and removes it"));
            } else if (!used.contains(exemption)) {
                judgements.add(problem(
                        exemption,
                        "covers nothing: no such resource breaks the rule",
                        "no exemption that is not needed: remove it"));
            } else {
                judgements.add(new Judgement(rule, carrier(exemption), Finding.compliant()));
            }
        }
        return judgements;
    }

    private void enter(Exemption exemption) {
        if (!exemption.rule().equals(RULE)) {
            byRule.computeIfAbsent(exemption.rule(), _ -> new ArrayList<>()).add(exemption);
        }
    }

    private Judgement problem(Exemption exemption, String found, String wanted) {
        String subject = "the exemption from " + exemption.rule() + " of " + exemption.resource() + " ";
        return new Judgement(rule, carrier(exemption), Finding.violation(exemption.where(), subject + found, wanted));
    }

    private Resource carrier(Exemption exemption) {
        Resource carrier = carriers.get(exemption);
        return carrier == null ? stackOf(exemption) : carrier;
    }

    /** The exemptions of a file are the stack's. */
    private Resource stackOf(Exemption exemption) {
        String stack = stacks.stream()
                .sorted()
                .filter(prefix -> exemption.resource().concernsStackOf(prefix + "::type::name"))
                .findFirst()
                .orElse("urn:pulumi:stack::project");
        String[] parts = stack.substring("urn:pulumi:".length()).split("::", 2);
        String urn = stack + "::" + Stack.TYPE + "::" + parts[1] + "-" + parts[0];
        return new Resource(
                urn,
                Stack.TYPE,
                Value.NO_FIELDS,
                Value.NO_FIELDS,
                Resource.Links.NONE,
                Resource.Options.DEFAULT,
                Optional.empty(),
                true);
    }

    /** The row of the rule. It needs the exemptions of a run to be judged, so by itself it says nothing about a stack. */
    public static Rule row() {
        return Rule.stackRule(RULE, (_, _) -> Finding.notApplicable("judged with the exemptions of a run"))
                .on(Stack.TYPE)
                .cites(Citation.S164_316_B_1_II, Citation.S164_316_A, Citation.S164_316_B_2_III, Citation.S164_308_A_8)
                .fix("exemptions: [{rule: ..., resource: ..., owner: ..., reason: ..., expires: YYYY-MM-DD}]");
    }

    /** For packs that do not have the rule in their table. */
    private static Rule byItself() {
        return row().described(new Description(
                "Policy exceptions carry a reason, owner and expiry",
                "An exemption has an owner, a reason and an expiry that has not passed, and covers something.",
                "any",
                "tags",
                Level.MANDATORY,
                Map.of()));
    }
}
