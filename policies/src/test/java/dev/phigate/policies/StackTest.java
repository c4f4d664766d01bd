package dev.phigate.policies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.policies.Stack.Reference;
import dev.phigate.policies.pack.Pack;
import dev.phigate.policies.pack.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How resources of a stack are found by what they refer to, by known names and, in a preview, by where a value comes from. */
@Tag("P2")
@Tag("P3")
class StackTest {
    private static final String BUCKET = "aws:s3/bucket:Bucket";
    private static final String BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
    private static final String COMPONENT = "clinic:index:Records";

    private static Resource resource(
            String type, String name, Map<String, Value> inputs, String parent, Map<String, Set<String>> sources) {
        Value.Fields fields = new Value.Fields(inputs);
        return new Resource(
                urn(type, name),
                type,
                fields,
                fields,
                new Resource.Links(parent, Set.of(), sources),
                Resource.Options.DEFAULT,
                Optional.empty(),
                true);
    }

    private static String urn(String type, String name) {
        return "urn:pulumi:stack::project::" + type + "::" + name;
    }

    private static Resource bucket(String name, Value id) {
        return resource(BUCKET, name, Map.of("id", id), "", Map.of());
    }

    private static Resource block(String name, Value bucket, String... sources) {
        return resource(BLOCK, name, Map.of("bucket", bucket), "", Map.of("bucket", Set.of(sources)));
    }

    private static List<String> certain(Stack stack, Resource target) {
        return stack.referring(target, BLOCK, "bucket").certain().stream()
                .map(Resource::name)
                .toList();
    }

    private static final String VAULT = "aws:backup/vault:Vault";
    private static final String PLAN = "aws:backup/plan:Plan";

    private static Resource vault(String name) {
        return resource(
                VAULT,
                name,
                Map.of("name", new Value.Text(name + "-1"), "kmsKeyArn", Value.UNKNOWN),
                "",
                name.equals("told") ? Map.of("kmsKeyArn", Set.of("urn:key")) : Map.of());
    }

    private static Resource plan(Value target, Value copy, String... sources) {
        return resource(
                PLAN,
                "plan",
                Map.of(
                        "rules",
                        new Value.Items(List.of(new Value.Fields(Map.of("targetVaultName", target, "copyTo", copy))))),
                "",
                Map.of("rules", Set.of(sources)));
    }

    private static Reference copiesTo(Resource vault, Resource plan, Resource... others) {
        List<Resource> all = new ArrayList<>(List.of(others));
        all.add(vault);
        all.add(plan);
        return new Stack(all).refers(plan.at("rules").items().getFirst().at("copyTo"), vault);
    }

    @Test
    void whereAPartOfAnInputComesFromIsOpenInAProgramThatForgetsWhereValuesComeFrom() {
        Resource home = vault("home");
        Resource away = vault("away");
        Value name = new Value.Text("home-1");
        assertThat(copiesTo(home, plan(name, Value.UNKNOWN, home.urn()), away))
                .as("what is told is said of the name, which is known")
                .isEqualTo(Reference.MAYBE);
        assertThat(copiesTo(away, plan(name, Value.UNKNOWN, home.urn()), home)).isEqualTo(Reference.MAYBE);
        assertThat(copiesTo(away, plan(name, Value.UNKNOWN, home.urn(), away.urn()), home))
                .isEqualTo(Reference.YES);
        assertThat(copiesTo(home, plan(name, Value.UNKNOWN, home.urn(), away.urn()), away))
                .isEqualTo(Reference.NO);
        assertThat(copiesTo(home, plan(Value.UNKNOWN, Value.UNKNOWN, home.urn()), away))
                .as("two parts, and one source")
                .isEqualTo(Reference.MAYBE);
        Resource plan = plan(name, Value.UNKNOWN, home.urn());
        assertThat(new Stack(List.of(home, away, plan))
                        .referred(plan.at("rules").items().getFirst().at("copyTo"), VAULT))
                .isEqualTo(new Stack.Referrers(List.of(), List.of(home, away)));
    }

    @Test
    void aProgramThatTellsEverySourceIsBelieved() {
        Resource told = vault("told");
        assertThat(copiesTo(told, plan(Value.UNKNOWN, Value.UNKNOWN, told.urn())))
                .isEqualTo(Reference.YES);
    }

    @Test
    void aKnownNameRefersToWhatIsCalledSo() {
        Resource one = bucket("one", new Value.Text("records"));
        Resource two = bucket("two", new Value.Text("logs"));
        Stack stack = new Stack(List.of(one, two, block("b", new Value.Text("records"))));
        assertThat(certain(stack, one)).containsExactly("b");
        assertThat(stack.referring(two, BLOCK, "bucket").isEmpty()).isTrue();
    }

    @Test
    void anUnknownNameRefersToWhereItComesFrom() {
        Resource one = bucket("one", Value.UNKNOWN);
        Resource two = bucket("two", Value.UNKNOWN);
        Stack stack = new Stack(List.of(one, two, block("b", Value.UNKNOWN, one.urn())));
        assertThat(certain(stack, one)).containsExactly("b");
        assertThat(stack.referring(two, BLOCK, "bucket").isEmpty()).isTrue();
    }

    @Test
    void anUnknownNameFromNowhereMayReferToAnything() {
        Resource one = bucket("one", Value.UNKNOWN);
        Stack stack = new Stack(List.of(one, block("b", Value.UNKNOWN)));
        Stack.Referrers referrers = stack.referring(one, BLOCK, "bucket");
        assertThat(referrers.isOpen()).isTrue();
        assertThat(referrers.exist("a block")).isInstanceOf(Finding.Undecidable.class);
    }

    @Test
    void aKnownTextThatComesFromAResourceOfUnknownNameAloneRefersToIt() {
        Resource one = bucket("one", Value.UNKNOWN);
        Stack stack = new Stack(List.of(one, block("b", new Value.Text("records"), one.urn())));
        assertThat(certain(stack, one)).containsExactly("b");
    }

    @Test
    void anUnknownNameFromAComponentMayReferToWhatIsInside() {
        Resource component = resource(COMPONENT, "records", Map.of(), "", Map.of());
        Resource inside = resource(BUCKET, "one", Map.of("id", Value.UNKNOWN), component.urn(), Map.of());
        Resource outside = bucket("two", Value.UNKNOWN);
        Stack stack = new Stack(List.of(component, inside, outside, block("b", Value.UNKNOWN, component.urn())));
        assertThat(stack.referring(inside, BLOCK, "bucket").isOpen()).isTrue();
        assertThat(stack.referring(outside, BLOCK, "bucket").isEmpty()).isTrue();
    }

    @Test
    void anArnRefersToWhatItContinues() {
        Resource logs = resource(BUCKET, "logs", Map.of("arn", new Value.Text("arn:aws:s3:::logs")), "", Map.of());
        Stack stack = new Stack(List.of(
                logs,
                block("within", new Value.Text("arn:aws:s3:::logs/prefix")),
                block("other", new Value.Text("arn:aws:s3:::logs-of-others"))));
        assertThat(certain(stack, logs)).containsExactly("within");
    }

    @Test
    void whatAPropertyRefersToIsFoundFromThereToo() {
        Resource one = bucket("one", new Value.Text("records"));
        Resource open = bucket("open", Value.UNKNOWN);
        Resource known = block("known", new Value.Text("records"));
        Resource given = block("given", Value.UNKNOWN, open.urn());
        Resource anything = block("anything", Value.UNKNOWN);
        Stack stack = new Stack(List.of(one, open, known, given, anything));
        assertThat(stack.referred(known.at("bucket"), BUCKET).certain()).containsExactly(one);
        assertThat(stack.referred(given.at("bucket"), BUCKET).certain()).containsExactly(open);
        assertThat(stack.referred(anything.at("bucket"), BUCKET).possible()).containsExactly(one, open);
    }

    @Test
    void theIndexFindsExactlyWhatAComparisonOfEachWithEachFinds() {
        Random random = new Random(20_261_122);
        for (int round = 0; round < 50; round++) {
            List<Resource> all = someResources(random);
            Stack stack = new Stack(all);
            for (Resource target : stack.ofType(BUCKET).toList()) {
                List<Resource> certain = new ArrayList<>();
                List<Resource> possible = new ArrayList<>();
                stack.ofType(BLOCK).forEach(candidate -> {
                    Reference reference = stack.refers(candidate.at("bucket"), target);
                    if (reference != Reference.NO) {
                        (reference == Reference.YES ? certain : possible).add(candidate);
                    }
                });
                assertThat(stack.referring(target, BLOCK, "bucket")).isEqualTo(new Stack.Referrers(certain, possible));
            }
        }
    }

    private static List<Resource> someResources(Random random) {
        List<Resource> all = new ArrayList<>();
        List<String> urns = new ArrayList<>(List.of(urn(COMPONENT, "c0"), urn(COMPONENT, "c1")));
        all.add(resource(COMPONENT, "c0", Map.of(), "", Map.of()));
        all.add(resource(COMPONENT, "c1", Map.of(), urn(COMPONENT, "c0"), Map.of()));
        for (int i = 0; i < 6; i++) {
            String name = "bucket" + i;
            Map<String, Value> inputs = new HashMap<>();
            inputs.put("id", random.nextBoolean() ? Value.UNKNOWN : new Value.Text("n" + random.nextInt(4)));
            inputs.put(
                    "arn", random.nextBoolean() ? Value.UNKNOWN : new Value.Text("arn:aws:s3:::n" + random.nextInt(4)));
            String parent = random.nextInt(3) == 0 ? urns.get(random.nextInt(2)) : "";
            all.add(resource(BUCKET, name, inputs, parent, Map.of()));
            urns.add(urn(BUCKET, name));
        }
        List<String> texts = Arrays.asList("n0", "n1", "arn:aws:s3:::n2", "arn:aws:s3:::n3/x", "arn:aws:s3:::n33", "");
        for (int i = 0; i < 12; i++) {
            Set<String> sources = new HashSet<>();
            for (int k = random.nextInt(3); k > 0; k--) {
                sources.add(urns.get(random.nextInt(urns.size())));
            }
            Value bucket =
                    random.nextBoolean() ? Value.UNKNOWN : new Value.Text(texts.get(random.nextInt(texts.size())));
            all.add(resource(BLOCK, "block" + i, Map.of("bucket", bucket), "", Map.of("bucket", sources)));
            urns.add(urn(BLOCK, "block" + i));
        }
        return all;
    }

    @Test
    void whatIsToldOfAnInputIsNotSaidOfEachTextInIt() {
        Resource open = bucket("open", Value.UNKNOWN);
        Value parts = new Value.Fields(Map.of("place", new Value.Text("elsewhere"), "key", Value.UNKNOWN));
        Resource block = resource(BLOCK, "b", Map.of("rules", parts), "", Map.of("rules", Set.of(open.urn())));
        Stack stack = new Stack(List.of(open, block));
        assertThat(stack.refers(block.at("rules.place"), open)).isEqualTo(Reference.NO);
        assertThat(stack.refers(block.at("rules.key"), open)).isEqualTo(Reference.YES);
    }

    @Test
    void ofAResourceAndItsReplacementTheLaterOneCounts() {
        Resource old = bucket("one", new Value.Text("old"));
        Resource young = bucket("one", new Value.Text("young"));
        assertThat(new Stack(List.of(old, young)).ofType(BUCKET)).containsExactly(young);
    }

    @Test
    void aRuleThatThrowsIsAViolationThatNamesIt() {
        Pack pack = new Pack("p", "1", List.of(Rule.rule("clumsy", _ -> {
            throw new IllegalStateException("secret text");
        })));
        Finding finding = pack.judge(bucket("one", Value.UNKNOWN)).getFirst().finding();
        assertThat(finding.toString())
                .contains("rule clumsy broke: IllegalStateException")
                .doesNotContain("secret text");
        assertThat(finding).isInstanceOf(Finding.Violation.class);
    }

    @Test
    void aRuleThatRunsOutOfStackIsAViolationThatNamesIt() {
        Pack pack = new Pack("p", "1", List.of(Rule.rule("deep", resource -> deep(resource, 10_000_000))));
        assertThat(pack.judge(bucket("one", Value.UNKNOWN)).getFirst().finding().toString())
                .contains("rule deep broke: StackOverflowError");
    }

    private static Finding deep(Resource resource, int levels) {
        return levels == 0 ? Finding.compliant() : deep(resource, levels - 1).and(Finding.compliant());
    }
}
