package dev.phigate.policies.pack;

import dev.phigate.policies.Kinds;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One row of a pack's table: a question, the resource types it is asked about, why it is asked, and what to write to answer it well.
 *
 * <pre>{@code
 * rule("aws-kms-rotation-enabled", new KmsKeyRotates(settings.rotationDays()))
 *     .on("aws:kms/key:Key")
 *     .cites(S164_312_A_2_IV)
 *     .fix("enableKeyRotation: true")
 * }</pre>
 */
public final class Rule {
    /** The question of a rule: about a resource by itself, or among the others of its stack. */
    public sealed interface Question {
        /** About a resource by itself. */
        record OfResource(ResourceRule rule) implements Question {}

        /** About a resource among the others. */
        record OfStack(StackRule rule) implements Question {}
    }

    private static final Description UNDESCRIBED = new Description("", "", "any", "", Level.MANDATORY, Map.of());

    private final String id;
    private final Question question;
    private final Set<String> kinds;
    private final List<Citation> citations;
    private final Map<String, String> fixes;
    private final Description description;

    private Rule(
            String id,
            Question question,
            Set<String> kinds,
            List<Citation> citations,
            Map<String, String> fixes,
            Description description) {
        this.id = id;
        this.question = question;
        this.kinds = kinds;
        this.citations = citations;
        this.fixes = fixes;
        this.description = description;
    }

    /** A row that asks about each resource by itself. */
    public static Rule rule(String id, ResourceRule rule) {
        return new Rule(id, new Question.OfResource(rule), Set.of(), List.of(), Map.of(), UNDESCRIBED);
    }

    /** A row that asks about each resource among the others of its stack. */
    public static Rule stackRule(String id, StackRule rule) {
        return new Rule(id, new Question.OfStack(rule), Set.of(), List.of(), Map.of(), UNDESCRIBED);
    }

    /** The resource types it is asked about, each in any spelling. A rule on no type is asked about every resource. */
    public Rule on(String... types) {
        Set<String> all = new TreeSet<>(kinds);
        Arrays.stream(types).map(Kinds::canonical).forEach(all::add);
        return new Rule(id, question, Set.copyOf(all), citations, fixes, description);
    }

    /** Why it is asked. */
    public Rule cites(Citation... sections) {
        return new Rule(id, question, kinds, List.of(sections), fixes, description);
    }

    /** The line to write, in Pulumi YAML's notation. */
    public Rule fix(String line) {
        return fix("", line);
    }

    /** The line to write for resources of one type. */
    public Rule fix(String type, String line) {
        Map<String, String> all = new HashMap<>(fixes);
        all.put(Kinds.canonical(type), line);
        return new Rule(id, question, kinds, citations, Map.copyOf(all), description);
    }

    /** Its title and the rest of its description. */
    public Rule described(Description by) {
        return new Rule(id, question, kinds, citations, fixes, by);
    }

    /** The id, stable across versions. */
    public String id() {
        return id;
    }

    /** The question. */
    public Question question() {
        return question;
    }

    /** The canonical types it is asked about; empty for every type. */
    public Set<String> kinds() {
        return kinds;
    }

    /** Why it is asked. */
    public List<Citation> citations() {
        return citations;
    }

    /** The title and the rest of its description. */
    public Description description() {
        return description;
    }

    /** Whether it is asked about resources among the others of their stack. */
    public boolean isOfStack() {
        return question instanceof Question.OfStack;
    }

    /** The line to write for a resource of a canonical type; empty when there is none. */
    public String fixFor(String kind) {
        String line = fixes.get(kind);
        return line == null ? fixes.getOrDefault("", "") : line;
    }

    /** Every line to write, by canonical type; under an empty key the one for all types. */
    public Map<String, String> fixes() {
        return fixes;
    }

    @Override
    public String toString() {
        return id;
    }
}
