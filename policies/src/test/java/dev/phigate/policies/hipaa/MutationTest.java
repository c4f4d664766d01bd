package dev.phigate.policies.hipaa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
    static final Set<String> HARMLESS_WHEN_WRONG = Set.of(
            "any-encryption-key-per-classification",
            "any-no-plaintext-secrets",
            "aws-ec2-no-public-ip",
            "local-balancer-public-bind");

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
        CaseUnderTest original = CaseUnderTest.of(rule, node).unfolded();
        List<String> breaches = new ArrayList<>();
        for (CaseUnderTest.Place place : original.places()) {
            String where = original.named(place);
            Class<?> unknown = original.verdict(place, Value.UNKNOWN);
            Value before = original.at(place);
            for (Value other : ANYTHING) {
                Class<?> known = original.verdict(place, other);
                if (unknown == Finding.Compliant.class && known == Finding.Violation.class) {
                    breaches.add(where + ": compliant while unknown, but a violation as " + other);
                }
                boolean decisive = unknown == Finding.Undecidable.class;
                boolean opposite = before instanceof Value.Flag
                        && other instanceof Value.Flag
                        && !before.equals(other)
                        && original.verdict() == Finding.Compliant.class;
                boolean wrong =
                        other.equals(WRONG) && original.isOfSubject(place) && !HARMLESS_WHEN_WRONG.contains(rule);
                if (decisive && known == Finding.Compliant.class && (wrong || opposite)) {
                    breaches.add(where + ": undecidable while unknown, yet compliant as " + other);
                }
            }
        }
        return breaches.stream();
    }
}
