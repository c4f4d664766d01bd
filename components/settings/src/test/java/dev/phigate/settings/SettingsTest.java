package dev.phigate.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SettingsTest {
    private enum Mode {
        ROUND_ROBIN,
        LEAST_CONNECTIONS
    }

    private record Listener(String name, int port, Duration idle) {
        static Listener read(Section section) {
            return new Listener(
                    section.text("name").required(),
                    section.integer("port").between(1, 65535).required(),
                    section.duration("idle").atLeast(Duration.ofSeconds(1)).orElse(Duration.ofSeconds(60)));
        }
    }

    private static List<Listener> listeners(String yaml) {
        return Settings.yaml(
                "test.yaml",
                yaml,
                root -> root.atLeastOneSection("listeners").stream()
                        .map(Listener::read)
                        .toList());
    }

    private static InvalidSettings refused(String yaml) {
        return catchThrowableOfType(InvalidSettings.class, () -> listeners(yaml));
    }

    @Test
    void aValidDocumentIsReadWithItsDefaults() {
        assertThat(listeners("listeners: [{name: https, port: 8443}, {name: b, port: 1, idle: 5m}]"))
                .containsExactly(
                        new Listener("https", 8443, Duration.ofSeconds(60)),
                        new Listener("b", 1, Duration.ofMinutes(5)));
    }

    /** As it is left when every entry was made a comment. */
    @Test
    void aListThatMustHaveAnEntryIsMissingWithoutOne() {
        for (String without : List.of("{}", "listeners:\n", "listeners: []", "listeners: null")) {
            assertThat(refused(without).problems())
                    .as(without)
                    .containsExactly("listeners: missing (expected: a list with at least one entry)");
        }
    }

    /** To take it for absent would drop what it was to demand. */
    @Test
    void aKeyWithNothingBehindItIsRefused() {
        assertThat(refused("listeners: [{name: a, port: 1, idle: }, {name: b, port: }]")
                        .problems())
                .containsExactlyInAnyOrder(
                        "listeners[\"b\"].port: missing (expected: a whole number)",
                        "listeners[\"a\"].idle: nothing is there (expected: a value; or leave the key out)");
    }

    /** The parser reads one as its name. */
    @Test
    void anAliasIsRefused() {
        assertThat(refused("listeners:\n  - {name: &n a, port: 1}\n  - {name: *n, port: 2}")
                        .problems())
                .containsExactly("line 3: *n (expected: the value itself; aliases are not resolved)");
    }

    @Test
    void aSizeMayBeANumberOfMoreThanTwoThousandMillion() {
        assertThat(Settings.<Long>yaml(
                        "test", "size: 5000000000", root -> root.bytes("size").required()))
                .isEqualTo(5_000_000_000L);
    }

    @Test
    void everyProblemIsReportedAtOnceWithItsPath() {
        assertThat(refused("""
                listeners:
                  - {name: https, port: 99999, idle: -1s}
                  - {prot: 8443, port: '80'}
                extra: 1
                """).problems())
                .containsExactlyInAnyOrder(
                        "listeners[\"https\"].port: 99999 (expected: between 1 and 65535)",
                        "listeners[\"https\"].idle: -1s (expected: at least 1s)",
                        "listeners[1].name: missing (expected: a text)",
                        "listeners[1].port: 80 (expected: a whole number)",
                        "listeners[1].prot: unknown key (did you mean port?)",
                        "extra: unknown key (expected: listeners)");
    }

    @Test
    void whatIsNotYamlIsRefusedWithItsLine() {
        assertThat(refused("a: 1\nb: [").problems()).singleElement().asString().startsWith("line ");
        assertThat(refused("listeners: []\nlisteners: []").problems())
                .singleElement()
                .asString()
                .contains("listeners");
        assertThat(refused("- a").problems()).first().asString().contains("expected: a mapping");
        assertThat(refused("").problems())
                .containsExactly("listeners: missing (expected: a list with at least one entry)");
    }

    @Test
    void aProblemStandsOnOneLineWhateverTheDocumentHolds() {
        assertThat(refused("{listeners: [{name: a, port: 1}], \"a\\nb\": 1, \"\\e[1m\": 2}")
                        .problems())
                .hasSize(2)
                .allSatisfy(problem -> assertThat(problem).doesNotContainPattern("\\p{Cntrl}"))
                .anySatisfy(problem -> assertThat(problem).contains("a\\u000ab"));
    }

    @Test
    void aDocumentDeeperThanAnyRealOneIsRefused() {
        assertThat(refused("a: " + "[".repeat(200) + "]".repeat(200)).problems())
                .singleElement()
                .asString()
                .contains("nested deeper");
    }

    @Test
    void flagsAreReadStrictly() {
        assertThat(catchThrowableOfType(
                                InvalidSettings.class,
                                () -> Settings.json(
                                        "j",
                                        "{\"on\":\"tru\"}",
                                        root -> root.flag("on").orElse(true)))
                        .problems())
                .containsExactly("on: tru (expected: true or false)");
    }

    @Test
    void aSecretIsNeverShown() {
        assertThat(catchThrowableOfType(
                                InvalidSettings.class,
                                () -> Settings.json(
                                        "j",
                                        "{\"key\":\"s3cret\"}",
                                        root -> root.secret("key")
                                                .must(v -> v.length() > 20, "longer than 20 characters")
                                                .required()))
                        .getMessage())
                .isEqualTo("j: key: (hidden) (expected: longer than 20 characters)");
    }

    @Test
    void choicesAreWrittenInLowerCaseWithHyphens() {
        assertThat(Settings.<Mode>yaml(
                        "y",
                        "m: least-connections",
                        root -> root.choice("m", Mode.class).required()))
                .isEqualTo(Mode.LEAST_CONNECTIONS);
        assertThat(catchThrowableOfType(
                                InvalidSettings.class,
                                () -> Settings.yaml(
                                        "y",
                                        "m: random",
                                        root -> root.choice("m", Mode.class).required()))
                        .problems())
                .containsExactly("m: random (expected: one of round-robin, least-connections)");
    }

    @Test
    void sizesAndDurationsCarryTheirUnit() {
        assertThat(Settings.<Long>yaml("y", "s: 16KiB", root -> root.bytes("s").required()))
                .isEqualTo(16_384);
        assertThat(Settings.<Duration>yaml(
                        "y", "d: 2192d", root -> root.duration("d").required()))
                .isEqualTo(Duration.ofDays(2192));
        assertThat(catchThrowableOfType(
                                InvalidSettings.class,
                                () -> Settings.yaml(
                                        "y", "d: 30", root -> root.duration("d").required()))
                        .problems())
                .containsExactly("d: 30 (expected: a duration such as 250ms, 30s, 5m, 12h or 2192d)");
    }
}
