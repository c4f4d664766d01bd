package dev.phigate.policies.analyzer;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.phigate.policies.Encoding;
import dev.phigate.policies.Fault;
import dev.phigate.policies.Finding;
import dev.phigate.policies.hipaa.PackSettings;
import dev.phigate.policies.pack.Judgement;
import dev.phigate.policies.pack.Pack;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import pulumirpc.AnalyzerOuterClass.AnalyzeRequest;
import pulumirpc.AnalyzerOuterClass.Remediation;

/**
 * Mends violations where a value is safe for everybody: a floor for TLS, a tag that is missing. Off unless a rule's enforcement level is
 * {@code remediate}. A remedy that does not make its rule content is not applied, and what it does not know it leaves alone.
 */
final class Remedies {
    /** The value to set, by rule and by the name of the property that is at fault. */
    private static final Map<String, Map<String, String>> FLOORS = Map.of(
            "aws-lb-tls-policy", Map.of("sslPolicy", "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"),
            "local-balancer-tls-version", Map.of("minimumVersion", "TLSv1.2"));

    private static final String CLASSIFICATION = "any-data-classification-tag";

    private Remedies() {}

    /** The remediations of one resource, each on top of the one before it. */
    static List<Remediation> of(AnalyzeRequest request, PackSettings settings) {
        List<Remediation> remediations = new ArrayList<>();
        AnalyzeRequest present = request;
        Pack pack = settings.pack();
        for (Judgement judgement : pack.judge(Wire.resource(request))) {
            String rule = judgement.rule().id();
            boolean wanted = settings.remediated().contains(rule)
                    || settings.remediated().contains(PackSettings.ALL);
            if (wanted && judgement.finding() instanceof Finding.Violation(List<Fault> faults)) {
                AnalyzeRequest mended = present.toBuilder()
                        .setProperties(mended(present.getProperties(), rule, faults, settings))
                        .build();
                if (isContent(pack, rule, mended)) {
                    present = mended;
                    remediations.add(Remediation.newBuilder()
                            .setPolicyName(rule)
                            .setPolicyPackName(pack.name())
                            .setPolicyPackVersion(pack.version())
                            .setDescription(judgement.rule().description().title())
                            .setProperties(mended.getProperties())
                            .build());
                }
            }
        }
        return remediations;
    }

    private static boolean isContent(Pack pack, String rule, AnalyzeRequest request) {
        return pack.judge(Wire.resource(request)).stream()
                .filter(judgement -> judgement.rule().id().equals(rule))
                .allMatch(judgement -> judgement.finding() instanceof Finding.Compliant);
    }

    private static Struct mended(Struct properties, String rule, List<Fault> faults, PackSettings settings) {
        Struct present = properties;
        for (Fault fault : faults) {
            List<String> path = List.of(fault.property().replace("[", ".[").split("\\."));
            Optional<String> value = value(rule, path.getLast(), settings);
            if (value.isPresent()) {
                present = set(Value.newBuilder().setStructValue(present).build(), path, value.orElseThrow())
                        .getStructValue();
            }
        }
        return present;
    }

    private static Optional<String> value(String rule, String property, PackSettings settings) {
        if (rule.equals(CLASSIFICATION) && property.equals("dataClassification")) {
            return settings.dataClass().isEmpty() ? Optional.empty() : Optional.of(settings.dataClass());
        }
        return Optional.ofNullable(FLOORS.getOrDefault(rule, Map.of()).get(property));
    }

    /** The value with a text at a path below it; the value as it is where it holds something else than the path expects. */
    private static Value set(Value value, List<String> path, String text) {
        if (path.isEmpty()) {
            return Value.newBuilder().setStringValue(text).build();
        }
        String step = path.getFirst();
        List<String> rest = path.subList(1, path.size());
        if (step.startsWith("[")) {
            int index = Integer.parseInt(step.substring(1, step.length() - 1));
            ListValue list = value.getListValue();
            return index >= list.getValuesCount()
                    ? value
                    : Value.newBuilder()
                            .setListValue(list.toBuilder().setValues(index, set(list.getValues(index), rest, text)))
                            .build();
        }
        boolean isObject = value.hasStructValue() && !value.getStructValue().containsFields(Encoding.SIGNATURE);
        if (!isObject && !value.hasNullValue() && value.getKindCase() != Value.KindCase.KIND_NOT_SET) {
            return value;
        }
        Struct struct = value.getStructValue();
        Value below = struct.getFieldsOrDefault(step, Value.getDefaultInstance());
        return Value.newBuilder()
                .setStructValue(struct.toBuilder().putFields(step, set(below, rest, text)))
                .build();
    }
}
