package dev.phigate.policies.pack;

import dev.phigate.policies.Property;
import dev.phigate.policies.Unanswered;
import dev.phigate.policies.Value;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The settings of a pack's rules. A table asks for each setting by the rule's id while it is built, and thereby declares it: its name,
 * its default and its meaning. What nobody asked for is an {@linkplain #unknown() unknown setting}.
 *
 * <p>Used by one thread, while a pack is built.
 */
public final class Tuning {
    /** A declared setting. Its default is a number, a flag or a list of texts. */
    public record Parameter(String name, Object byDefault, String meaning) {}

    private final Profile profile;
    private final LocalDate today;
    private final Map<String, Map<String, Value>> given;
    private final Map<String, Map<String, Parameter>> declared = new TreeMap<>();

    /**
     * Takes the settings that were given.
     *
     * @param profile decides between the defaults
     * @param today the day on which approvals and exemptions expire, or not
     * @param given the values by rule id and setting
     */
    public Tuning(Profile profile, LocalDate today, Map<String, Map<String, Value>> given) {
        this.profile = profile;
        this.today = today;
        this.given = given;
    }

    /** The settings of a profile as they come. */
    public static Tuning of(Profile profile, LocalDate today) {
        return new Tuning(profile, today, Map.of());
    }

    /** The profile. */
    public Profile profile() {
        return profile;
    }

    /** The day of judgement. */
    public LocalDate today() {
        return today;
    }

    /** A number, with its default for every profile. */
    public int number(String rule, String name, int byDefault, String meaning) {
        return number(rule, name, byDefault, byDefault, meaning);
    }

    /** A number, with a default for each profile. */
    public int number(String rule, String name, int hipaa, int stricter, String meaning) {
        int byDefault = profile == Profile.HIPAA ? hipaa : stricter;
        Property property = ask(rule, name, byDefault, meaning);
        return read(
                property,
                "a whole number",
                () -> property.orWhenAbsent(byDefault).number().orElseThrow().intValueExact());
    }

    /** True or false, with its default. */
    public boolean flag(String rule, String name, boolean byDefault, String meaning) {
        Property property = ask(rule, name, byDefault, meaning);
        return read(property, "true or false", () -> property.flag(byDefault));
    }

    /** A list of texts, with its default. */
    public List<String> texts(String rule, String name, List<String> byDefault, String meaning) {
        Property property = ask(rule, name, byDefault, meaning);
        return read(property, "a list of texts", () -> property.isAbsent() ? byDefault : property.texts());
    }

    /** The settings of a rule that were asked for so far. */
    public List<Parameter> parameters(String rule) {
        return List.copyOf(declared.getOrDefault(rule, Map.of()).values());
    }

    /** The settings that were given and that no rule asked for, as {@code rule.setting}. */
    public Set<String> unknown() {
        Set<String> unknown = new TreeSet<>();
        given.forEach((rule, settings) -> settings.keySet().stream()
                .filter(name -> !declared.getOrDefault(rule, Map.of()).containsKey(name))
                .forEach(name -> unknown.add(rule + "." + name)));
        return unknown;
    }

    private static <T> T read(Property property, String expected, Supplier<T> value) {
        try {
            return value.get();
        } catch (Unanswered | ArithmeticException e) {
            throw new IllegalArgumentException(property + " (expected: " + expected + ")", e);
        }
    }

    private Property ask(String rule, String name, Object byDefault, String meaning) {
        declared.computeIfAbsent(rule, _ -> new LinkedHashMap<>()).put(name, new Parameter(name, byDefault, meaning));
        Value value = given.getOrDefault(rule, Map.of()).getOrDefault(name, Value.ABSENT);
        return new Property(rule + "." + name, value, Set.of());
    }
}
