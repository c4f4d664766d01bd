package dev.phigate.policies.hipaa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/**
 * Another spelling is no way around a rule. On every value of every case: what violates does not comply when a flag or a number is
 * written as a text, a list of one without the list or a block with one, or when nothing is written as an empty text, list or object; and
 * no value of a kind that makes no sense mends it. Flags and numbers as texts change no verdict at all, and neither does the order of
 * resources, the notation of a policy document, or that of everybody in it.
 */
@Tag("P2")
@Tag("P3")
class SpellingTest {
    private static final Value WRONG = new Value.Opaque("something of a kind that nothing expects");
    private static final List<Value> NOTHING = List.of(new Value.Text(""), new Value.Items(List.of()), Value.NO_FIELDS);
    /** A number is no name, though a text of digits may be one. */
    private static final Set<Object> NAMES = Set.of("kmsKeyId", "kmsMasterKeyId", "targetBucket");
    /** What an ARN is not refers to nothing; a list of replicas that is none keeps no data anywhere. */
    private static final Set<Object> HARMLESS = Set.of("arn", "replicas");

    private static final Value.Text EVERYBODY = new Value.Text("*");

    @TestFactory
    Stream<DynamicTest> noRuleIsDeceivedByAnotherSpelling() {
        return RuleCasesTest.files().entrySet().stream()
                .map(file -> DynamicTest.dynamicTest(
                        file.getKey(),
                        () -> assertThat(RuleCasesTest.cases(file.getValue())
                                        .flatMap(node -> breaches(file.getKey(), node))
                                        .toList())
                                .isEmpty()));
    }

    private static Stream<String> breaches(String rule, JsonNode node) {
        CaseUnderTest written = CaseUnderTest.of(rule, node);
        CaseUnderTest unfolded = written.unfolded();
        List<String> breaches = new ArrayList<>();
        Class<? extends Finding> verdict = written.verdict();
        expect(verdict, unfolded, "documents as objects", breaches);
        expect(verdict, written.of(written.stack().reversed()), "in another order", breaches);
        for (CaseUnderTest.Place place : unfolded.places()) {
            Value value = unfolded.at(place);
            for (Value same : equals(place, value)) {
                expect(verdict, unfolded.with(place, same), unfolded.named(place) + " as " + same, breaches);
            }
            if (verdict == Finding.Violation.class) {
                suspects(unfolded, place, value)
                        .filter(other -> isGood(unfolded.verdict(place, other)))
                        .forEach(other -> breaches.add(unfolded.named(place) + ": mended by " + other));
            }
        }
        return breaches.stream();
    }

    private static void expect(
            Class<? extends Finding> verdict, CaseUnderTest changed, String how, List<String> breaches) {
        Class<? extends Finding> found = changed.verdict();
        if (found != verdict) {
            breaches.add(
                    changed.name() + ": " + verdict.getSimpleName() + " became " + found.getSimpleName() + ", " + how);
        }
    }

    private static boolean isGood(Class<? extends Finding> verdict) {
        return verdict == Finding.Compliant.class || verdict == Finding.NotApplicable.class;
    }

    /** What means the same everywhere. */
    private static List<Value> equals(CaseUnderTest.Place place, Value value) {
        Object key = place.path().getLast();
        return switch (value) {
            case Value.Flag _, Value.Numeric _ when NAMES.contains(key) -> List.of();
            case Value.Flag(boolean flag) -> List.of(new Value.Text(String.valueOf(flag)));
            case Value.Numeric(double number)
            when number == Math.rint(number) -> List.of(new Value.Text(String.valueOf((long) number)));
            case Value.Text text
            when key.equals("Principal") && text.equals(EVERYBODY) ->
                List.of(
                        new Value.Fields(Map.of("AWS", EVERYBODY)),
                        new Value.Fields(Map.of("AWS", new Value.Items(List.of(EVERYBODY)))));
            case Value.Text(String text)
            when key.equals("Action") ->
                List.of(
                        new Value.Text(text.toUpperCase(Locale.ROOT)),
                        new Value.Items(List.of(value)),
                        new Value.Items(List.of(value, value)));
            case Value.Text _
            when Set.of("Resource", "NotAction", "NotResource").contains(key) ->
                List.of(new Value.Items(List.of(value)));
            case Value.Fields _ when key.equals("Statement") -> List.of(new Value.Items(List.of(value)));
            case Value.Items(List<Value> items)
            when items.size() == 1
                    && Set.of("Statement", "Action", "Resource", "NotAction", "NotResource")
                            .contains(key) -> items;
            case Value.Fields fields when key.equals("Condition") -> List.of(inCapitals(fields));
            default -> List.of();
        };
    }

    /** Keys of conditions are compared without regard to case. */
    private static Value inCapitals(Value.Fields conditions) {
        Map<String, Value> all = new HashMap<>();
        conditions.fields().forEach((operator, keys) -> {
            Map<String, Value> capitals = new HashMap<>();
            ((Value.Fields) keys).fields().forEach((key, value) -> capitals.put(key.toUpperCase(Locale.ROOT), value));
            all.put(operator, new Value.Fields(capitals));
        });
        return new Value.Fields(all);
    }

    /** What may not mend a violation: nothing in other words than none at all, a block as a list, and nonsense. */
    private static Stream<Value> suspects(CaseUnderTest original, CaseUnderTest.Place place, Value value) {
        List<Value> suspects = new ArrayList<>();
        if (!isGood(original.verdict(place, Value.ABSENT))) {
            suspects.addAll(NOTHING);
        }
        switch (value) {
            case Value.Items(List<Value> items) when items.size() == 1 -> suspects.add(items.getFirst());
            case Value.Fields _
            when !place.path().getLast().equals("tags") -> suspects.add(new Value.Items(List.of(value)));
            default -> {}
        }
        boolean harmless = MutationTest.HARMLESS_WHEN_WRONG.contains(original.rule())
                || HARMLESS.contains(place.path().getFirst());
        if (original.isOfSubject(place) && !harmless) {
            suspects.add(WRONG);
        }
        return suspects.stream();
    }
}
