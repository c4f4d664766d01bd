package dev.phigate.policies.pack;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A table of rules, and the asking of them. Immutable; used from several threads.
 *
 * <p>The order of judgements is the order of the resources, then of the rules, so equal input gives equal output.
 */
public final class Pack {
    private final String name;
    private final String version;
    private final List<Rule> rules;
    private final Map<String, List<Rule>> byKind = new HashMap<>();
    private final List<Rule> onEvery;

    /**
     * Makes a pack.
     *
     * @param name its name in every message
     * @param version its version
     * @param rules its table; ids are unique
     */
    public Pack(String name, String version, Collection<Rule> rules) {
        this.name = name;
        this.version = version;
        this.rules = List.copyOf(rules);
        this.onEvery = rules.stream().filter(rule -> rule.kinds().isEmpty()).toList();
        Set<String> ids = new HashSet<>();
        for (Rule rule : rules) {
            if (!ids.add(rule.id())) {
                throw new IllegalArgumentException("pack " + name + " has two rules with the id " + rule.id());
            }
            rule.kinds()
                    .forEach(kind ->
                            byKind.computeIfAbsent(kind, _ -> new ArrayList<>()).add(rule));
        }
    }

    /** The name of the pack. */
    public String name() {
        return name;
    }

    /** The version of the pack. */
    public String version() {
        return version;
    }

    /** The rows of the table. */
    public List<Rule> rules() {
        return rules;
    }

    /** The row of an id. */
    public Optional<Rule> rule(String id) {
        return rules.stream().filter(rule -> rule.id().equals(id)).findFirst();
    }

    /** Asks the rules about one resource by itself. */
    public List<Judgement> judge(Resource resource) {
        return rulesFor(resource, rule -> !rule.isOfStack())
                .map(rule -> new Judgement(rule, resource, ask(rule, resource, Optional.empty())))
                .toList();
    }

    /** Asks the rules about every managed resource of a stack among the others. */
    public List<Judgement> judge(Stack stack) {
        return stack.resources().stream()
                .filter(Resource::managed)
                .flatMap(resource -> rulesFor(resource, Rule::isOfStack)
                        .map(rule -> new Judgement(rule, resource, ask(rule, resource, Optional.of(stack)))))
                .toList();
    }

    /** Asks every rule about every managed resource of a stack. */
    public List<Judgement> judgeAll(Stack stack) {
        return stack.resources().stream()
                .filter(Resource::managed)
                .flatMap(resource -> rulesFor(resource, _ -> true)
                        .map(rule -> new Judgement(rule, resource, ask(rule, resource, Optional.of(stack)))))
                .toList();
    }

    private Stream<Rule> rulesFor(Resource resource, Predicate<Rule> wanted) {
        return Stream.concat(byKind.getOrDefault(resource.kind(), List.of()).stream(), onEvery.stream())
                .filter(wanted);
    }

    /** A rule that breaks is a violation: an update must not pass because a rule could not look. */
    private static Finding ask(Rule rule, Resource resource, Optional<Stack> stack) {
        try {
            return Finding.of(() -> switch (rule.question()) {
                case Rule.Question.OfResource(ResourceRule question) -> question.judge(resource);
                case Rule.Question.OfStack(StackRule question) -> question.judge(resource, stack.orElseThrow());
            });
        } catch (RuntimeException | StackOverflowError e) {
            return Finding.violation(
                    "",
                    "rule " + rule.id() + " broke: " + e.getClass().getSimpleName(),
                    "an answer; report this, and exempt the resource until it is mended");
        }
    }
}
