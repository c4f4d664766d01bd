package dev.phigate.policies.analyzer;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.phigate.policies.Citation;
import dev.phigate.policies.Level;
import dev.phigate.policies.Pack;
import dev.phigate.policies.Profile;
import dev.phigate.policies.Rule;
import dev.phigate.policies.Tuning;
import dev.phigate.policies.hipaa.HipaaPack;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import pulumirpc.AnalyzerOuterClass.AnalyzerInfo;
import pulumirpc.AnalyzerOuterClass.ConfigureAnalyzerRequest;
import pulumirpc.AnalyzerOuterClass.EnforcementLevel;
import pulumirpc.AnalyzerOuterClass.PolicyComplianceFramework;
import pulumirpc.AnalyzerOuterClass.PolicyConfig;
import pulumirpc.AnalyzerOuterClass.PolicyConfigSchema;
import pulumirpc.AnalyzerOuterClass.PolicyInfo;
import pulumirpc.AnalyzerOuterClass.PolicySeverity;
import pulumirpc.AnalyzerOuterClass.PolicyType;

/**
 * The engine's policy configuration: what can be set, and the pack built from what was set. The settings of the pack as a whole are those
 * of a policy of their own, {@value #PACK_WIDE}, which judges nothing.
 */
final class Configuration {
    static final String PACK_WIDE = "phigate";

    private final Supplier<LocalDate> today;
    private final Tuning defaults;
    private final Pack shipped;

    Configuration(Supplier<LocalDate> today) {
        this.today = today;
        this.defaults = Tuning.of(Profile.HIPAA, today.get());
        this.shipped = HipaaPack.of(defaults);
    }

    /** The pack as it comes. */
    Pack shipped() {
        return shipped;
    }

    /** What the engine shows and checks before anything is judged. */
    AnalyzerInfo info() {
        AnalyzerInfo.Builder info = AnalyzerInfo.newBuilder()
                .setName(shipped.name())
                .setDisplayName("HIPAA Security Rule")
                .setVersion(shipped.version())
                .setDescription("Technical safeguards of 45 CFR Part 164 for stacks that handle ePHI")
                .setSupportsConfig(true)
                .addPolicies(packWide());
        shipped.rules().forEach(rule -> info.addPolicies(policy(rule)));
        return info.build();
    }

    /**
     * Builds the pack that was asked for and hands it to the session.
     *
     * @throws IllegalArgumentException with every unknown setting, or with the first wrong value
     */
    void apply(ConfigureAnalyzerRequest request, Session session) {
        Map<String, Level> levels = new HashMap<>();
        Map<String, Map<String, dev.phigate.policies.Value>> given = new HashMap<>();
        request.getPolicyConfigMap().forEach((policy, config) -> {
            levels.put(policy, level(config));
            given.put(policy, Wire.fields(config.getProperties()).fields());
        });
        Map<String, dev.phigate.policies.Value> packWide = given.getOrDefault(PACK_WIDE, Map.of());
        given.remove(PACK_WIDE);
        Profile profile = choice(packWide, "profile", Arrays.asList(Profile.values()), Profile::written);
        boolean fails = choice(packWide, "undecidable", List.of("show", "fail"), name -> name)
                .equals("fail");
        Tuning tuning = new Tuning(profile, today.get(), given);
        Pack pack = HipaaPack.of(tuning);
        Set<String> unknown = new TreeSet<>(tuning.unknown());
        packWide.keySet().stream()
                .filter(key -> !Set.of("profile", "undecidable").contains(key))
                .forEach(key -> unknown.add(PACK_WIDE + "." + key));
        levels.keySet().stream()
                .filter(id -> !id.equals(PACK_WIDE) && pack.rule(id).isEmpty())
                .forEach(unknown::add);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("unknown settings of the policy pack: " + String.join(", ", unknown));
        }
        session.configure(pack, levels, fails);
    }

    private static <T> T choice(
            Map<String, dev.phigate.policies.Value> settings,
            String key,
            List<T> choices,
            java.util.function.Function<T, String> written) {
        dev.phigate.policies.Value value = settings.getOrDefault(key, dev.phigate.policies.Value.ABSENT);
        if (value instanceof dev.phigate.policies.Value.Absent) {
            return choices.getFirst();
        }
        for (T choice : choices) {
            if (value instanceof dev.phigate.policies.Value.Text(String text)
                    && written.apply(choice).equals(text)) {
                return choice;
            }
        }
        throw new IllegalArgumentException(PACK_WIDE + "." + key + ": " + value + " (expected: one of "
                + String.join(", ", choices.stream().map(written).toList()) + ")");
    }

    private static Level level(PolicyConfig config) {
        return switch (config.getEnforcementLevel()) {
            case DISABLED -> Level.DISABLED;
            case ADVISORY -> Level.ADVISORY;
            case MANDATORY, REMEDIATE, UNRECOGNIZED -> Level.MANDATORY;
        };
    }

    private static PolicyInfo packWide() {
        return PolicyInfo.newBuilder()
                .setName(PACK_WIDE)
                .setDisplayName("Settings of the pack")
                .setDescription("Holds the settings of the pack as a whole; judges nothing")
                .setEnforcementLevel(EnforcementLevel.ADVISORY)
                .setPolicyType(PolicyType.POLICY_TYPE_RESOURCE)
                .setConfigSchema(PolicyConfigSchema.newBuilder()
                        .setProperties(Struct.newBuilder()
                                .putFields(
                                        "profile",
                                        enumeration(Arrays.stream(Profile.values())
                                                .map(Profile::written)
                                                .toList()))
                                .putFields("undecidable", enumeration(List.of("show", "fail")))))
                .build();
    }

    private PolicyInfo policy(Rule rule) {
        boolean mandatory = rule.description().level() == Level.MANDATORY;
        PolicyInfo.Builder policy = PolicyInfo.newBuilder()
                .setName(rule.id())
                .setDisplayName(rule.description().title())
                .setDescription(rule.description().requirement())
                .setMessage(rule.description().title())
                .setEnforcementLevel(mandatory ? EnforcementLevel.MANDATORY : EnforcementLevel.ADVISORY)
                .setPolicyType(rule.isOfStack() ? PolicyType.POLICY_TYPE_STACK : PolicyType.POLICY_TYPE_RESOURCE)
                .setSeverity(mandatory ? PolicySeverity.POLICY_SEVERITY_HIGH : PolicySeverity.POLICY_SEVERITY_LOW)
                .addTags(rule.description().cloud())
                .addTags(rule.description().family())
                .setRemediationSteps(rule.fixFor(""));
        rule.citations().forEach(citation -> policy.addTags(citation.section()));
        if (!rule.citations().isEmpty()) {
            policy.setFramework(framework(rule.citations()));
        }
        Struct.Builder schema = Struct.newBuilder();
        defaults.parameters(rule.id()).forEach(parameter -> schema.putFields(parameter.name(), schema(parameter)));
        return policy.setConfigSchema(PolicyConfigSchema.newBuilder().setProperties(schema))
                .build();
    }

    private static PolicyComplianceFramework framework(List<Citation> citations) {
        return PolicyComplianceFramework.newBuilder()
                .setName("HIPAA Security Rule")
                .setVersion("45 CFR 164 Subpart C")
                .setReference(String.join(
                        ", ", citations.stream().map(Citation::section).toList()))
                .setSpecification(String.join(
                        "; ", citations.stream().map(Citation::cited).toList()))
                .build();
    }

    /** No "default" is declared: the engine would send it as if it were given, and hide that of another profile. */
    private static Value schema(Tuning.Parameter parameter) {
        Struct.Builder schema = Struct.newBuilder().putFields("description", text(parameter.meaning()));
        switch (parameter.byDefault()) {
            case Integer _ -> schema.putFields("type", text("integer"));
            case Boolean _ -> schema.putFields("type", text("boolean"));
            default ->
                schema.putFields("type", text("array"))
                        .putFields(
                                "items",
                                Value.newBuilder()
                                        .setStructValue(Struct.newBuilder().putFields("type", text("string")))
                                        .build());
        }
        return Value.newBuilder().setStructValue(schema).build();
    }

    private static Value enumeration(List<String> names) {
        ListValue.Builder values = ListValue.newBuilder();
        names.forEach(name -> values.addValues(text(name)));
        return Value.newBuilder()
                .setStructValue(Struct.newBuilder()
                        .putFields("type", text("string"))
                        .putFields(
                                "enum", Value.newBuilder().setListValue(values).build()))
                .build();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }
}
