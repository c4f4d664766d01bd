package dev.phigate.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.rehearsal.sdk.Sdk;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The schema that Pulumi YAML reads. */
class SchemaDocumentTest {
    private static final String TYPES = "#/types/";

    @Tag("N9")
    @ParameterizedTest
    @ValueSource(strings = {"aws", "gcp"})
    void everyTypeThatTheSchemaSpeaksOfIsInIt(String packageName) {
        JsonNode schema = JsonMapper.shared().readTree(new SchemaDocument(Sdk.of(packageName)).text());
        Set<String> missing = new TreeSet<>();
        schema.findValuesAsString("$ref").stream()
                .filter(reference -> reference.startsWith(TYPES))
                .map(reference -> reference.substring(TYPES.length()).replace("%2F", "/"))
                .filter(token -> !schema.path("types").has(token))
                .forEach(missing::add);
        assertThat(missing).isEmpty();
        assertThat(schema.path("resources").size()).isGreaterThan(700);
        assertThat(schema.path("version").asString())
                .isEqualTo(Sdk.of(packageName).version());
    }
}
