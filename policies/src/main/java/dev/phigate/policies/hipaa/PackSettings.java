package dev.phigate.policies.hipaa;

import dev.phigate.policies.Value;
import dev.phigate.policies.pack.Level;
import dev.phigate.policies.pack.Pack;
import dev.phigate.policies.pack.Profile;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The pack with the settings that somebody gave it: in the engine's policy configuration, or in the same document offline. Settings of the
 * pack as a whole are those of a policy of their own, {@value #PACK_WIDE}, which judges nothing:
 *
 * <pre>{@code
 * {"phigate": {"profile": "hipaa-nprm-2025", "undecidable": "fail", "exemptions": "/clinic/exemptions.yaml"},
 *  "aws-lb-tls-policy": {"enforcementLevel": "advisory"},
 *  "local-audit-retention": {"retentionDays": 3650}}
 * }</pre>
 *
 * @param pack the pack with its thresholds
 * @param profile the edition that they follow
 * @param undecidableFails whether what cannot be decided fails a preview, as it does an update
 * @param exemptions the path of the file of exemptions; empty for the one beside the pack
 * @param dataClass what a resource without a data classification is tagged with, where that is to be remediated; empty for nothing
 * @param levels the levels that differ from the pack's own
 * @param remediated the rules whose violations are mended where that is safe
 */
public record PackSettings(
        Pack pack,
        Profile profile,
        boolean undecidableFails,
        String exemptions,
        String dataClass,
        Map<String, Level> levels,
        Set<String> remediated) {
    /** The policy that the settings of the pack as a whole are given under. */
    public static final String PACK_WIDE = "phigate";

    /** What every policy is set to that is not named itself. */
    public static final String ALL = "all";

    /** What the setting {@code undecidable} may be. */
    public static final List<String> UNDECIDABLE = List.of("show", "fail");

    private static final Set<String> KEYS = Set.of("profile", "undecidable", "exemptions", "dataClass");

    /**
     * What somebody gave for one policy.
     *
     * @param level its level; empty for the pack's own
     * @param remediate whether its violations are mended where that is safe
     * @param properties its settings
     */
    public record Given(Optional<Level> level, boolean remediate, Map<String, Value> properties) {
        /**
         * The same where something was given before: that stands where this says nothing else.
         *
         * @param before what was given before
         * @param own the policy's own level, which says nothing
         */
        public Given over(Given before, Optional<Level> own) {
            boolean says = remediate || !level.equals(own);
            Map<String, Value> both = new HashMap<>(before.properties());
            both.putAll(properties);
            return new Given(
                    says || before.level().isEmpty() ? level : before.level(),
                    says ? remediate : before.remediate(),
                    both);
        }
    }

    /**
     * Builds the pack that was asked for.
     *
     * @param given by the id of the policy
     * @param today the day on which approvals expire, or not
     * @throws IllegalArgumentException with every unknown setting, or with the first wrong value
     */
    public static PackSettings of(Map<String, Given> given, LocalDate today) {
        Map<String, Value> packWide =
                given.containsKey(PACK_WIDE) ? given.get(PACK_WIDE).properties() : Map.of();
        Map<String, Map<String, Value>> properties = new HashMap<>();
        given.forEach((policy, of) -> properties.put(policy, of.properties()));
        properties.remove(PACK_WIDE);
        Profile profile = choice(packWide, "profile", Arrays.asList(Profile.values()), Profile::written);
        boolean fails =
                choice(packWide, "undecidable", UNDECIDABLE, name -> name).equals("fail");
        String exemptions = text(packWide, "exemptions");
        String dataClass = text(packWide, "dataClass");
        Tuning tuning = new Tuning(profile, today, properties);
        Pack pack = HipaaPack.of(tuning);
        refuseUnknown(given, packWide, tuning, pack);
        Map<String, Level> levels = new HashMap<>();
        Set<String> remediated = new HashSet<>();
        given.forEach((policy, of) -> {
            of.level().ifPresent(level -> levels.put(policy, level));
            if (of.remediate()) {
                remediated.add(policy);
            }
        });
        return new PackSettings(
                pack, profile, fails, exemptions, dataClass, Map.copyOf(levels), Set.copyOf(remediated));
    }

    /** The pack as it comes. */
    public static PackSettings shipped(LocalDate today) {
        return of(Map.of(), today);
    }

    /** What a violation of a rule does. */
    public Level level(Rule rule) {
        Level named = levels.get(rule.id());
        return named != null
                ? named
                : levels.getOrDefault(ALL, rule.description().level());
    }

    private static void refuseUnknown(Map<String, Given> given, Map<String, Value> packWide, Tuning tuning, Pack pack) {
        Set<String> unknown = new TreeSet<>(tuning.unknown());
        packWide.keySet().stream()
                .filter(key -> !KEYS.contains(key))
                .forEach(key -> unknown.add(PACK_WIDE + "." + key));
        given.keySet().stream()
                .filter(id -> !id.equals(PACK_WIDE)
                        && !id.equals(ALL)
                        && pack.rule(id).isEmpty())
                .forEach(unknown::add);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("unknown settings of the policy pack: " + String.join(", ", unknown));
        }
    }

    private static String text(Map<String, Value> settings, String key) {
        return switch (settings.getOrDefault(key, Value.ABSENT)) {
            case Value.Absent _ -> "";
            case Value.Text(String text) -> text;
            case Value other -> throw wrong(key, other, "a text");
        };
    }

    private static <T> T choice(Map<String, Value> settings, String key, List<T> choices, Function<T, String> written) {
        Value value = settings.getOrDefault(key, Value.ABSENT);
        if (value instanceof Value.Absent) {
            return choices.getFirst();
        }
        List<String> names = new ArrayList<>();
        for (T choice : choices) {
            names.add(written.apply(choice));
            if (value instanceof Value.Text(String text) && names.getLast().equals(text)) {
                return choice;
            }
        }
        throw wrong(key, value, "one of " + String.join(", ", names));
    }

    private static IllegalArgumentException wrong(String key, Value value, String expected) {
        String shown = value instanceof Value.Text(String text) ? text : value.toString();
        return new IllegalArgumentException(PACK_WIDE + "." + key + ": " + shown + " (expected: " + expected + ")");
    }
}
