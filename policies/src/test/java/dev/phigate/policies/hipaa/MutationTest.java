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
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/**
 * Laws that every rule must keep, tried on every value of every case, inside policy documents too. A value that is not known may turn out
 * to be anything. So where a rule calls a resource compliant without knowing a value, no value there may make it a violation. And where
 * the answer hangs on a value, a value of the wrong kind in the resource itself is not compliant, nor are both true and false.
 */
@Tag("P2")
@Tag("P3")
class MutationTest {
    private static final Pack PACK =
            HipaaPack.of(new Tuning(Profile.HIPAA, LocalDate.of(2026, 11, 22), RuleCasesTest.settings()));
    private static final Value WRONG = new Value.Opaque("something of a kind that nothing expects");
    private static final List<Value> ANYTHING = List.of(
            WRONG,
            new Value.Text("mutant"),
            new Value.Text("*"),
            new Value.Numeric(0),
            new Value.Numeric(1e9),
            new Value.Flag(true),
            new Value.Flag(false));

    /** What is of no use as a password, a key, an interface or an approved address does no harm either. */
    private static final Set<String> HARMLESS_WHEN_WRONG = Set.of(
            "any-encryption-key-per-classification",
            "any-no-plaintext-secrets",
            "aws-ec2-no-public-ip",
            "local-balancer-public-bind");

    /** One place in a stack's inputs: a resource, and the keys and positions that lead to the value. */
    private record Place(int resource, List<Object> path) {}

    @TestFactory
    Stream<DynamicTest> noRuleTakesAnUnknownOrMalformedValueForAGoodOne() {
        return RuleCasesTest.files().entrySet().stream()
                .map(file -> DynamicTest.dynamicTest(
                        file.getKey(),
                        () -> assertThat(RuleCasesTest.cases(file.getValue())
                                        .flatMap(node -> breaches(file.getKey(), node))
                                        .toList())
                                .isEmpty()));
    }

    private static Stream<String> breaches(String rule, JsonNode node) {
        JsonNode resources = node.get("resources");
        String subject =
                node.path("of").asString(resources.propertyNames().iterator().next());
        List<Resource> stack = Program.deployed(resources).resources().stream()
                .map(MutationTest::unfolded)
                .toList();
        List<String> breaches = new ArrayList<>();
        for (Place place : places(stack)) {
            String where = node.path("name").asString() + " / "
                    + stack.get(place.resource()).name() + place.path();
            Class<?> unknown = verdict(rule, subject, stack, place, Value.UNKNOWN);
            Value before = at(stack, place);
            for (Value other : ANYTHING) {
                Class<?> known = verdict(rule, subject, stack, place, other);
                if (unknown == Finding.Compliant.class && known == Finding.Violation.class) {
                    breaches.add(where + ": compliant while unknown, but a violation as " + other);
                }
                boolean decisive = unknown == Finding.Undecidable.class;
                boolean opposite = before instanceof Value.Flag
                        && other instanceof Value.Flag
                        && !before.equals(other)
                        && verdict(rule, subject, stack, place, before) == Finding.Compliant.class;
                boolean wrong = other.equals(WRONG)
                        && stack.get(place.resource()).name().equals(subject)
                        && !HARMLESS_WHEN_WRONG.contains(rule);
                if (decisive && known == Finding.Compliant.class && (wrong || opposite)) {
                    breaches.add(where + ": undecidable while unknown, yet compliant as " + other);
                }
            }
        }
        return breaches.stream();
    }

    private static Class<?> verdict(String rule, String subject, List<Resource> stack, Place place, Value value) {
        List<Resource> mutated = new ArrayList<>(stack);
        mutated.set(place.resource(), with(stack.get(place.resource()), place.path(), value));
        Stack judged = new Stack(mutated);
        List<Judgement> judgements = PACK.judgeAll(judged).stream()
                .filter(judgement -> judgement.rule().id().equals(rule)
                        && judgement.resource().name().equals(subject))
                .toList();
        if (judgements.isEmpty()) {
            return Finding.NotApplicable.class;
        }
        Finding finding = judgements.getFirst().finding();
        assertThat(finding.toString()).as("%s at %s as %s", rule, place, value).doesNotContain(" broke: ");
        return finding.getClass();
    }

    private static List<Place> places(List<Resource> stack) {
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

    private static Value at(List<Resource> stack, Place place) {
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

    /** Documents in a text become objects, which rules read all the same, so that the values inside can be changed. */
    private static Resource unfolded(Resource resource) {
        UnaryOperator<Value> parse = value -> value instanceof Value.Text(String text) && text.startsWith("{")
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
