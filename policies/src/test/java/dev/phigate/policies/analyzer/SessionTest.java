package dev.phigate.policies.analyzer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Value;
import dev.phigate.policies.hipaa.PackSettings;
import dev.phigate.policies.pack.Level;
import dev.phigate.policies.pack.Pack;
import dev.phigate.policies.pack.Profile;
import dev.phigate.policies.pack.Rule;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("P1")
@Tag("P3")
class SessionTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);
    private static final String SHOP = "t:m:Shop";
    private static final String KEEPER = "t:m:Keeper";
    private static final Pack PACK = new Pack(
            "shops",
            "1.0.0",
            List.of(
                    Rule.rule("shop-open", shop -> shop.at("open").mustBe(true)).on(SHOP),
                    Rule.stackRule(
                                    "shop-kept",
                                    (shop, stack) -> stack.referring(shop, KEEPER, "shop")
                                            .exist("a keeper"))
                            .on(SHOP)));
    private static final Value OPEN = new Value.Flag(true);
    private static final Value CLOSED = new Value.Flag(false);

    @TempDir
    private Path folder;

    @Test
    void aResourceIsJudgedWhenItIsMadeAndAmongTheOthersAtTheEnd() {
        Session session = begun(true);
        assertThat(told(session.analyze(shop(CLOSED)))).containsExactly("shop-open mandatory");
        assertThat(told(session.analyzeStack(List.of(shop(CLOSED))))).containsExactly("shop-kept mandatory");
    }

    @Test
    void whatAPreviewDoesNotKnowYetIsAskedAgainAtTheEndAndShown() {
        Session session = begun(true);
        assertThat(session.analyze(shop(Value.UNKNOWN))).isEmpty();
        assertThat(told(session.analyzeStack(List.of(shop(Value.UNKNOWN), keeper()))))
                .containsExactly("shop-open advisory");
    }

    @Test
    void whatAnUpdateDoesNotKnowStopsIt() {
        Session session = begun(false);
        assertThat(told(session.analyze(shop(Value.UNKNOWN)))).containsExactly("shop-open mandatory");
    }

    @Test
    void whatIsUndecidableStopsAPreviewWhereTheSettingsSaySo() {
        Session session = session(true, Map.of());
        session.begin(true, Map.of());
        assertThat(session.analyze(shop(Value.UNKNOWN))).isEmpty();
        assertThat(told(session.analyzeStack(List.of(shop(Value.UNKNOWN), keeper()))))
                .containsExactly("shop-open mandatory");
    }

    @Test
    void theInputsAreJudgedAndNotWhatTheProviderMadeOfThem() {
        Session session = begun(true);
        session.analyze(shop(Value.UNKNOWN));
        assertThat(told(session.analyzeStack(List.of(shop(OPEN), keeper())))).containsExactly("shop-open advisory");
    }

    @Test
    void aReferenceCountsByWhereItComesFromWhileItIsNotKnown() {
        Session session = begun(true);
        session.analyze(shop(OPEN));
        session.analyze(of(KEEPER, "keeper", Map.of("shop", Value.UNKNOWN), Map.of()));
        Resource finished = of(
                KEEPER,
                "keeper",
                Map.of("shop", Value.UNKNOWN),
                Map.of("shop", Set.of(shop(OPEN).urn())));
        assertThat(session.analyzeStack(List.of(shop(OPEN), finished))).isEmpty();
    }

    @Test
    void aResourceThatTheProgramOnlyReadsIsNotJudged() {
        Session session = begun(true);
        session.analyze(keeper());
        assertThat(session.analyzeStack(List.of(shop(CLOSED), keeper()))).isEmpty();
    }

    @Test
    void aStackWithoutEarlierQuestionsIsJudgedAsItIs() {
        assertThat(told(begun(true).analyzeStack(List.of(shop(OPEN))))).containsExactly("shop-kept mandatory");
    }

    @Test
    void aDisabledRuleIsSilentAndAnAdvisoryOneStopsNothing() {
        Session session = session(false, Map.of("shop-open", Level.DISABLED, "shop-kept", Level.ADVISORY));
        session.begin(false, Map.of());
        assertThat(session.analyze(shop(CLOSED))).isEmpty();
        assertThat(told(session.analyzeStack(List.of(shop(CLOSED))))).containsExactly("shop-kept advisory");
    }

    @Test
    void anExemptResourceIsShownWithItsExemptionAndAnExemptionThatIsNotNeededStops() {
        Value tags = new Value.Fields(Map.of(
                "phigate:exempt:shop-open", new Value.Text("owner=jane expires=2027-01-01 reason=a holiday"),
                "phigate:exempt:shop-kept", new Value.Text("owner=jane expires=2027-01-01 reason=a holiday")));
        Resource shop = of(SHOP, "corner", Map.of("open", CLOSED, "tags", tags), Map.of());
        Session session = begun(false);
        List<Session.Verdict> verdicts = session.analyze(shop);
        assertThat(told(verdicts)).containsExactly("shop-open advisory");
        assertThat(verdicts.getFirst().exemption().orElseThrow().owner()).isEqualTo("jane");
        assertThat(told(session.analyzeStack(List.of(shop, keeper()))))
                .containsExactly("any-policy-exceptions-documented mandatory");
    }

    @Test
    void eachRunBeginsAnew() {
        Session session = begun(true);
        session.analyze(shop(Value.UNKNOWN));
        session.begin(true, Map.of());
        assertThat(told(session.analyzeStack(List.of(shop(CLOSED)))))
                .as("nothing is left of the first run: neither its questions nor what was open")
                .containsExactly("shop-kept mandatory");
    }

    @Test
    void theEngineMayAskOnSeveralThreads() throws Exception {
        Session session = begun(true);
        List<Resource> shops = IntStream.range(0, 200)
                .mapToObj(i -> of(SHOP, "shop" + i, Map.of("open", i % 2 == 0 ? CLOSED : Value.UNKNOWN), Map.of()))
                .toList();
        List<Session.Verdict> verdicts = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(4)) {
            List<Future<List<Session.Verdict>>> answers = new ArrayList<>();
            shops.forEach(shop -> answers.add(threads.submit(() -> session.analyze(shop))));
            for (Future<List<Session.Verdict>> answer : answers) {
                verdicts.addAll(answer.get());
            }
        }
        assertThat(verdicts).hasSize(100);
        assertThat(told(session.analyzeStack(shops)))
                .containsOnly("shop-open advisory", "shop-kept mandatory")
                .hasSize(300);
    }

    private Session begun(boolean preview) {
        Session session = session(false, Map.of());
        session.begin(preview, Map.of());
        return session;
    }

    private Session session(boolean undecidableFails, Map<String, Level> levels) {
        PackSettings settings = new PackSettings(PACK, Profile.HIPAA, undecidableFails, "", "", levels, Set.of());
        return new Session(settings, folder, () -> TODAY);
    }

    private static List<String> told(List<Session.Verdict> verdicts) {
        return verdicts.stream()
                .filter(verdict -> !(verdict.judgement().finding() instanceof Finding.NotApplicable))
                .map(verdict ->
                        verdict.judgement().rule().id() + " " + verdict.level().written())
                .toList();
    }

    private static Resource shop(Value open) {
        return of(SHOP, "corner", Map.of("open", open), Map.of());
    }

    private static Resource keeper() {
        return of(KEEPER, "keeper", Map.of("shop", new Value.Text("corner-id")), Map.of());
    }

    private static Resource of(String type, String name, Map<String, Value> inputs, Map<String, Set<String>> sources) {
        Map<String, Value> outputs = new HashMap<>(inputs);
        outputs.put("id", new Value.Text(name + "-id"));
        return new Resource(
                "urn:pulumi:stack::project::" + type + "::" + name,
                type,
                new Value.Fields(inputs),
                new Value.Fields(outputs),
                new Resource.Links("", Set.of(), sources),
                Resource.Options.DEFAULT,
                Optional.empty(),
                true);
    }

    /** The root of a stack is there whether or not it is told. */
    @Test
    void anEmptyStackIsAnswered() {
        assertThat(begun(false).analyzeStack(List.of())).isEmpty();
        assertThat(new Stack(List.of()).resources()).hasSize(1);
    }
}
