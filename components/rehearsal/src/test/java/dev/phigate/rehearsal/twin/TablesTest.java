package dev.phigate.rehearsal.twin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.rehearsal.sdk.Field;
import dev.phigate.rehearsal.sdk.ResourceType;
import dev.phigate.rehearsal.sdk.Sdk;
import dev.phigate.rehearsal.sdk.SdkType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The tables speak of nothing that the SDKs do not have, so that a typing error in them cannot switch a rule off. */
@Tag("N9")
class TablesTest {
    private static final Set<String> KEYS = Set.of(
            "id",
            "arn",
            "outputs",
            "replaces",
            "unique",
            "forms",
            "allowed",
            "ranges",
            "blocks",
            "needsOneOf",
            "json",
            "heldBy",
            "filledBy",
            "lockedBy",
            "references",
            "refusesWhile",
            "deletion",
            "atOnceWhen",
            "only",
            "autoname");

    @ParameterizedTest
    @ValueSource(strings = {"aws", "azure-native", "gcp"})
    void everyTypePropertyAndFunctionInTheTablesIsInTheSdk(String packageName) {
        Sdk sdk = Sdk.of(packageName);
        Tables tables = Tables.of(packageName);
        Set<String> wrong = new TreeSet<>();
        tables.document().path("types").properties().forEach(entry -> {
            String token = entry.getKey();
            sdk.resource(token)
                    .ifPresentOrElse(type -> type(sdk, type, entry.getValue(), wrong), () -> wrong.add(token));
        });
        tables.document()
                .path("conflicts")
                .properties()
                .forEach(entry -> sdk.resource(entry.getKey())
                        .ifPresentOrElse(
                                type -> tables.conflicts(entry.getKey()).stream()
                                        .flatMap(List::stream)
                                        .filter(property -> !has(sdk, type.inputs(), property))
                                        .forEach(property -> wrong.add(entry.getKey() + " conflicts " + property)),
                                () -> wrong.add("conflicts " + entry.getKey())));
        tables.document()
                .path("references")
                .valueStream()
                .map(Tables::texts)
                .forEach(types -> known(sdk, types, wrong));
        tables.document()
                .path("functions")
                .properties()
                .forEach(entry -> sdk.function(entry.getKey())
                        .ifPresentOrElse(
                                function -> entry.getValue().propertyNames().stream()
                                        .filter(output -> !function.outputs().containsKey(output))
                                        .forEach(output -> wrong.add(entry.getKey() + " " + output)),
                                () -> wrong.add(entry.getKey())));
        assertThat(wrong).isEmpty();
    }

    private static void type(Sdk sdk, ResourceType type, JsonNode rules, Set<String> wrong) {
        String token = type.token();
        rules.propertyNames().stream().filter(key -> !KEYS.contains(key)).forEach(key -> wrong.add(token + " " + key));
        for (String key : List.of("forms", "allowed", "ranges", "blocks", "refusesWhile", "atOnceWhen")) {
            rules.path(key).propertyNames().stream()
                    .filter(property -> !has(sdk, type.inputs(), property))
                    .forEach(property -> wrong.add(token + " " + key + " " + property));
        }
        for (String key : List.of("replaces", "json")) {
            Tables.texts(rules.path(key)).stream()
                    .filter(property -> !type.inputs().containsKey(property))
                    .forEach(property -> wrong.add(token + " " + key + " " + property));
        }
        for (String key : List.of("unique", "needsOneOf")) {
            rules.path(key)
                    .valueStream()
                    .flatMap(group -> Tables.texts(group).stream())
                    .filter(property -> !type.inputs().containsKey(property))
                    .forEach(property -> wrong.add(token + " " + key + " " + property));
        }
        rules.path("outputs").propertyNames().stream()
                .filter(property -> !type.outputs().containsKey(property))
                .forEach(property -> wrong.add(token + " outputs " + property));
        for (String key : List.of("heldBy", "filledBy", "lockedBy")) {
            known(sdk, Tables.texts(rules.path(key)), wrong);
        }
        rules.path("references").valueStream().map(Tables::texts).forEach(types -> known(sdk, types, wrong));
    }

    /** Whether the SDK has a property, or a field of an object in one: {@code rules.lifecycle.deleteAfter}. */
    private static boolean has(Sdk sdk, Map<String, Field> fields, String property) {
        int dot = property.indexOf('.');
        Field field = fields.get(dot < 0 ? property : property.substring(0, dot));
        if (field == null || dot < 0) {
            return field != null;
        }
        SdkType type = field.type() instanceof SdkType.ListOf(SdkType item) ? item : field.type();
        return type instanceof SdkType.Named(String path) && has(sdk, sdk.fields(path), property.substring(dot + 1));
    }

    private static void known(Sdk sdk, List<String> types, Set<String> wrong) {
        types.stream().filter(type -> sdk.resource(type).isEmpty()).forEach(wrong::add);
    }
}
