package dev.phigate.policies;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("P3")
class PropertyTest {
    private static Property of(Value value, String... sources) {
        return new Property("p", value, Set.of(sources));
    }

    private static Value text(String text) {
        return new Value.Text(text);
    }

    @Test
    void whatLiesBelowAnUnknownValueIsUnknownAndWhatLiesBelowNothingIsNothing() {
        assertThat(of(Value.UNKNOWN).at("a.b").isUnknown()).isTrue();
        assertThat(of(Value.ABSENT).at("a.b").isAbsent()).isTrue();
        assertThat(of(Value.ABSENT).at("a.b").path()).isEqualTo("p.a.b");
    }

    @Test
    void aListOfOneIsReadAsItsElementAndALongerOneIsRefused() {
        Value one = new Value.Fields(Map.of("a", text("x")));
        assertThat(of(new Value.Items(List.of(one))).at("a").text()).hasValue("x");
        Finding finding = Finding.of(() ->
                of(new Value.Items(List.of(one, one))).at("a").orWhenAbsent("x").mustBe("x"));
        assertThat(finding).isInstanceOf(Finding.Violation.class);
    }

    @Test
    void noCheckTakesAnUnknownValueForAGoodOne() {
        Property unknown = of(Value.UNKNOWN);
        assertThat(List.of(
                        unknown.mustBe("x"),
                        unknown.mustBe(true),
                        unknown.mustBeOneOf(List.of("x")),
                        unknown.mustMatch(_ -> true, "anything"),
                        unknown.mustBeAtLeast(1),
                        unknown.mustBeAtMost(1),
                        unknown.mustBePresent("something"),
                        unknown.mustBeAbsent("nothing"),
                        unknown.mustBeAmong(List.of("x")),
                        unknown.each(_ -> Finding.compliant())))
                .allSatisfy(finding -> assertThat(finding).isInstanceOf(Finding.Undecidable.class));
    }

    @Test
    void aValueThatAnotherResourceGivesIsPresentThoughItIsNotKnown() {
        Property given = of(Value.UNKNOWN, "urn:key");
        assertThat(given.mustBePresent("a key")).isEqualTo(Finding.compliant());
        assertThat(given.mustBeAbsent("no key")).isInstanceOf(Finding.Violation.class);
    }

    @Test
    void emptyTextsListsAndObjectsAreNothing() {
        for (Value nothing : List.of(
                Value.ABSENT,
                text(""),
                text(" "),
                new Value.Items(List.of()),
                new Value.Items(List.of(text(""), Value.ABSENT)),
                Value.NO_FIELDS)) {
            assertThat(of(nothing).mustBePresent("something")).as("%s", nothing).isInstanceOf(Finding.Violation.class);
            assertThat(of(nothing).mustBeAbsent("nothing")).as("%s", nothing).isEqualTo(Finding.compliant());
        }
    }

    @Test
    void aFlagOrANumberIsNoName() {
        assertThat(of(new Value.Flag(true)).mustBePresent("a key")).isInstanceOf(Finding.Violation.class);
        assertThat(of(new Value.Numeric(42)).mustBePresent("a key")).isInstanceOf(Finding.Violation.class);
    }

    @Test
    void numbersAndFlagsMayBeWrittenAsTexts() {
        assertThat(of(text("30")).mustBeAtLeast(30)).isEqualTo(Finding.compliant());
        assertThat(of(text("true")).mustBe(true)).isEqualTo(Finding.compliant());
        assertThat(of(new Value.Numeric(2192)).mustBe("2192")).isEqualTo(Finding.compliant());
        assertThat(of(text("yes")).mustBe(true)).isInstanceOf(Finding.Violation.class);
        assertThat(of(new Value.Numeric(Double.NaN)).mustBeAtLeast(0)).isInstanceOf(Finding.Violation.class);
        assertThat(of(text("thirty")).mustBeAtLeast(30)).isInstanceOf(Finding.Violation.class);
    }

    @Test
    void noMessageShowsASecret() {
        Property secret = of(new Value.Secret(new Value.Fields(Map.of("password", text("sesame")))));
        assertThat(secret.at("password").mustBe("x").toString())
                .contains("(secret)")
                .doesNotContain("sesame");
        assertThat(secret.violates("sesame", "x").toString()).doesNotContain("sesame");
        assertThat(secret.toString()).doesNotContain("sesame");
    }

    @Test
    void anOutputInTheMiddleOfADocumentIsUnknown() {
        Property policy = of(text("{\"Resource\": \"arn:aws:s3:::04da6b54-80e4-46f7-96ec-b56ff0331ba9/*\"}"));
        assertThat(policy.json("a policy").at("Resource").isUnknown()).isTrue();
    }

    @Test
    void aDocumentWithTheSameKeyTwiceIsNone() {
        assertThat(Finding.of(() -> of(text("{\"Effect\": \"Deny\", \"Effect\": \"Allow\"}"))
                        .json("a policy")
                        .mustBePresent("a policy")))
                .isInstanceOf(Finding.Violation.class);
    }

    @Test
    void aViolationOutweighsWhatIsUndecidableAndThatOutweighsCompliance() {
        Finding bad = Finding.violation("a", "x", "y");
        Finding open = Finding.undecidable("b", "not known yet");
        assertThat(open.and(bad)).isEqualTo(bad);
        assertThat(Finding.compliant().and(open)).isEqualTo(open);
        assertThat(bad.unless(Finding::compliant)).isEqualTo(Finding.compliant());
        assertThat(bad.unless(() -> open)).isEqualTo(open);
        assertThat(bad.unless(() -> bad)).isEqualTo(bad);
        assertThat(open.unless(Finding::compliant)).isEqualTo(Finding.compliant());
    }
}
