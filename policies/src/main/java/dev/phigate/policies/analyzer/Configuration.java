package dev.phigate.policies.analyzer;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.phigate.policies.hipaa.HipaaPack;
import dev.phigate.policies.hipaa.PackSettings;
import dev.phigate.policies.pack.Citation;
import dev.phigate.policies.pack.Level;
import dev.phigate.policies.pack.Pack;
import dev.phigate.policies.pack.Profile;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * The engine's policy configuration: what can be set, and the pack built from what was set. What it means is in
 * {@link PackSettings}.
 */
final class Configuration {
    private final Supplier<LocalDate> today;
    private final Tuning defaults;
    private final Pack shipped;

    Configuration(Supplier<LocalDate> today) {
        this.today = today;
        this.defaults = Tuning.of(Profile.HIPAA, today.get());
        this.shipped = HipaaPack.of(defaults);
    }

    /** A session with the settings and the exemptions of the folder that the pack is in. */
    Session session(Path folder) {
        return new Session(PackSettings.of(beside(folder), today.get()), folder, today);
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
     * Builds the pack that was asked for and hands it to the session. The engine names every policy, with its own level where nobody gave
     * another; what it does not set is as the folder's settings have it.
     *
     * @throws IllegalArgumentException with every unknown setting, or with the first wrong value
     */
    void apply(ConfigureAnalyzerRequest request, Session session) {
        Map<String, PackSettings.Given> given = new HashMap<>(beside(session.folder()));
        request.getPolicyConfigMap()
                .forEach((policy, config) -> given.merge(
                        policy,
                        new PackSettings.Given(
                                Optional.of(level(config)),
                                config.getEnforcementLevel() == EnforcementLevel.REMEDIATE,
                                Wire.fields(config.getProperties()).fields()),
                        (beside, asked) -> asked.over(beside, own(policy))));
        session.configure(PackSettings.of(given, today.get()));
    }

    private static Map<String, PackSettings.Given> beside(Path folder) {
        return dev.phigate.policies.offline.PolicyConfig.beside(folder);
    }

    private Optional<Level> own(String policy) {
        return shipped.rule(policy).map(rule -> rule.description().level());
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
                .setName(PackSettings.PACK_WIDE)
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
                                .putFields("undecidable", enumeration(PackSettings.UNDECIDABLE))
                                .putFields(
                                        "exemptions",
                                        string("the file of exemptions; else exemptions.yaml beside the pack"))
                                .putFields("dataClass", string("what remediation tags unclassified resources with"))))
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

    private static Value string(String meaning) {
        return Value.newBuilder()
                .setStructValue(
                        Struct.newBuilder().putFields("type", text("string")).putFields("description", text(meaning)))
                .build();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }
}
