package dev.phigate.policies.hipaa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Json;
import dev.phigate.policies.Program;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Value;
import dev.phigate.policies.pack.Judgement;
import dev.phigate.policies.pack.Pack;
import dev.phigate.policies.pack.Profile;
import dev.phigate.policies.pack.Tuning;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/** One case of one rule as a stack whose values can be changed one by one: what laws about every rule are tried on. */
record CaseUnderTest(String rule, String name, String subject, List<Resource> stack) {
    private static final Pack PACK =
            HipaaPack.of(new Tuning(Profile.HIPAA, LocalDate.of(2026, 11, 22), RuleCasesTest.settings()));

    /** One place in a stack's inputs: a resource, and the keys and positions that lead to the value. */
    record Place(int resource, List<Object> path) {}

    /** The case with everything deployed. */
    static CaseUnderTest of(String rule, JsonNode node) {
        JsonNode resources = node.get("resources");
        return new CaseUnderTest(
                rule,
                node.path("name").asString(),
                node.path("of").asString(resources.propertyNames().iterator().next()),
                List.copyOf(Program.deployed(resources).resources()));
    }

    /** The same with documents as objects, which rules read all the same, so that the values inside can be changed. */
    CaseUnderTest unfolded() {
        return of(stack.stream().map(CaseUnderTest::unfolded).toList());
    }

    /** The same with other resources. */
    CaseUnderTest of(List<Resource> others) {
        return new CaseUnderTest(rule, name, subject, others);
    }

    /** What the rule says of the subject. A rule that breaks breaks every law. */
    Class<? extends Finding> verdict() {
        Pack alone =
                new Pack(PACK.name(), PACK.version(), List.of(PACK.rule(rule).orElseThrow()));
        List<Judgement> judgements = alone.judgeAll(new Stack(stack)).stream()
                .filter(judgement -> judgement.resource().name().equals(subject))
                .toList();
        if (judgements.isEmpty()) {
            return Finding.NotApplicable.class;
        }
        Finding finding = judgements.getFirst().finding();
        assertThat(finding.toString()).as("%s: %s", rule, name).doesNotContain(" broke: ");
        return finding.getClass();
    }

    /** What the rule says with another value at a place. */
    Class<? extends Finding> verdict(Place place, Value value) {
        return with(place, value).verdict();
    }

    /** The case with another value at a place. */
    CaseUnderTest with(Place place, Value value) {
        List<Resource> mutated = new ArrayList<>(stack);
        mutated.set(place.resource(), with(stack.get(place.resource()), place.path(), value));
        return of(mutated);
    }

    /** How messages name a place. */
    String named(Place place) {
        return name + " / " + stack.get(place.resource()).name() + place.path();
    }

    /** Whether a place is in the resource that is judged. */
    boolean isOfSubject(Place place) {
        return stack.get(place.resource()).name().equals(subject);
    }

    /** Every place, those within lists and objects included. */
    List<Place> places() {
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < stack.size(); i++) {
            collect(i, List.of(), stack.get(i).inputs(), places);
        }
        return places;
    }

    private static void collect(int resource, List<Object> path, Value value, List<Place> places) {
        if (!path.isEmpty()) {
            places.add(new Place(resource, path));
        }
        switch (value) {
            case Value.Fields fields ->
                fields.fields().forEach((key, field) -> collect(resource, joined(path, key), field, places));
            case Value.Items(List<Value> items) -> {
                for (int i = 0; i < items.size(); i++) {
                    collect(resource, joined(path, i), items.get(i), places);
                }
            }
            default -> {}
        }
    }

    private static List<Object> joined(List<Object> path, Object step) {
        List<Object> all = new ArrayList<>(path);
        all.add(step);
        return List.copyOf(all);
    }

    /** The value at a place. */
    Value at(Place place) {
        Value value = stack.get(place.resource()).inputs();
        for (Object step : place.path()) {
            value = switch (value) {
                case Value.Fields fields -> fields.get((String) step);
                case Value.Items(List<Value> items) -> items.get((Integer) step);
                default -> Value.ABSENT;
            };
        }
        return value;
    }

    /** The outputs follow the inputs, and nothing is left of where a value came from. */
    private static Resource with(Resource resource, List<Object> path, Value value) {
        Value.Fields inputs = (Value.Fields) replaced(resource.inputs(), path, value);
        String top = (String) path.getFirst();
        Map<String, Value> outputs = new HashMap<>(resource.outputs().fields());
        outputs.put(top, inputs.get(top));
        Map<String, Set<String>> sources = new HashMap<>(resource.links().properties());
        sources.remove(top);
        return new Resource(
                resource.urn(),
                resource.type(),
                inputs,
                new Value.Fields(outputs),
                new Resource.Links(resource.links().parent(), resource.links().dependencies(), sources),
                resource.options(),
                resource.provider(),
                resource.managed());
    }

    private static Value replaced(Value whole, List<Object> path, Value value) {
        if (path.isEmpty()) {
            return value;
        }
        List<Object> rest = path.subList(1, path.size());
        return switch (whole) {
            case Value.Fields fields -> {
                Map<String, Value> copy = new HashMap<>(fields.fields());
                copy.put((String) path.getFirst(), replaced(fields.get((String) path.getFirst()), rest, value));
                yield new Value.Fields(copy);
            }
            case Value.Items(List<Value> items) -> {
                List<Value> copy = new ArrayList<>(items);
                copy.set((Integer) path.getFirst(), replaced(items.get((Integer) path.getFirst()), rest, value));
                yield new Value.Items(copy);
            }
            default -> throw new IllegalArgumentException("nothing to replace in " + whole);
        };
    }

    private static Resource unfolded(Resource resource) {
        UnaryOperator<Value> parse =
                value -> value instanceof Value.Text(String text) && (text.startsWith("{") || text.startsWith("["))
                        ? Json.parse(text).orElse(value)
                        : value;
        Map<String, Value> inputs = new HashMap<>();
        resource.inputs().fields().forEach((key, value) -> inputs.put(key, parse.apply(value)));
        Map<String, Value> outputs = new HashMap<>(resource.outputs().fields());
        outputs.putAll(inputs);
        return new Resource(
                resource.urn(),
                resource.type(),
                new Value.Fields(inputs),
                new Value.Fields(outputs),
                resource.links(),
                resource.options(),
                resource.provider(),
                resource.managed());
    }
}
