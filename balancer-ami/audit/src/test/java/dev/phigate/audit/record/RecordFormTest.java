package dev.phigate.audit.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.phigate.audit.fact.Endpoint;
import dev.phigate.audit.fact.HostName;
import dev.phigate.audit.fact.Identity;
import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.OpaqueId;
import dev.phigate.audit.fact.Pseudonyms;
import dev.phigate.audit.form.CanonicalJson;
import dev.phigate.audit.form.Field;
import dev.phigate.audit.form.RecordText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.erdtman.jcs.JsonCanonicalizer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Tag("A4")
class RecordFormTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String PUBLISHED = "audit-record-v1.schema.json";

    @Test
    void everyRecordIsCanonicalJsonByAnIndependentImplementationOfRfc8785() throws IOException {
        for (AuditRecord sample : Samples.all()) {
            String written = text(sample);
            assertThat(written).isEqualTo(new JsonCanonicalizer(written).getEncodedString());
        }
    }

    @Test
    void aFormThatIsUsedAgainRemembersNothingThatShows() {
        Random random = new Random(7);
        CanonicalJson form = new CanonicalJson();
        for (int i = 0; i < 2000; i++) {
            AuditRecord sample = Samples.all().get(random.nextInt(Samples.all().size()));
            AuditRecord next = random.nextInt(3) > 0 ? sample : Samples.exchange(i);
            next.writeTo(form);
            assertThat(new String(form.bytes(), 0, form.length(), StandardCharsets.UTF_8))
                    .isEqualTo(text(next));
        }
    }

    @Test
    void anIdIsWrittenAsItsText() {
        Random random = new Random(11);
        for (int i = 0; i < 2000; i++) {
            OpaqueId id = new OpaqueId(random.nextLong() >>> i % 64, random.nextLong());
            CanonicalJson form =
                    new CanonicalJson().begin().text(Field.EXCHANGE, id).end();
            assertThat(new String(form.bytes(), 0, form.length(), StandardCharsets.US_ASCII))
                    .isEqualTo("{\"exchange\":\"" + id + "\"}");
        }
    }

    @Test
    void aTextIsReadUpToItsEndWhereverWhatIsSpecialStands() {
        for (int before = 0; before < 20; before++) {
            for (String special : List.of("\"", "\\", "\n", "\u0001", "é", "\uD83D\uDE00", "\"\"\"", "\\\"")) {
                for (int after = 0; after < 10; after++) {
                    String name = "a".repeat(before) + special + "!".repeat(after);
                    CanonicalJson form = new CanonicalJson()
                            .begin()
                            .text(Field.IDENTITY, name)
                            .number(Field.V, 1)
                            .end();
                    assertThat(RecordText.read(form.bytes(), 0, form.length()))
                            .isEqualTo(Map.of(Field.IDENTITY, name, Field.V, "1"));
                    assertThat(RecordText.read(form.bytes(), 0, form.length() - 9))
                            .isNull();
                }
            }
        }
        byte[] raw = "{\"identity\":\"a control character \u0001\"}".getBytes(StandardCharsets.US_ASCII);
        assertThat(RecordText.read(raw, 0, raw.length)).isNull();
    }

    @Test
    void everyRecordFulfilsThePublishedSchema() throws IOException {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(published());
        for (AuditRecord sample : Samples.all()) {
            assertThat(schema.validate(text(sample), InputFormat.JSON))
                    .as(text(sample))
                    .isEmpty();
        }
        assertThat(schema.validate(
                        text(Samples.exchange(1)).replace("{", "{\"path\":\"/Patient/7\","), InputFormat.JSON))
                .isNotEmpty();
    }

    @Test
    void theSchemaNamesEveryTypeAndEveryAllowedFieldAndNoOther() throws IOException {
        JsonNode types = JSON.readTree(published()).get("$defs");
        Set<String> fields = new TreeSet<>();
        for (JsonNode type : types) {
            fields.addAll(type.get("properties").propertyNames());
            assertThat(type.get("additionalProperties").asBoolean(true)).isFalse();
        }
        assertThat(fields)
                .containsExactlyElementsOf(
                        Arrays.stream(Field.values()).map(Field::key).toList());
        assertThat(types.size()).isEqualTo(AuditRecord.class.getPermittedSubclasses().length);
        Set<Class<?>> sampled = new HashSet<>();
        Samples.all().forEach(sample -> sampled.add(sample.getClass()));
        assertThat(sampled).containsExactlyInAnyOrder(AuditRecord.class.getPermittedSubclasses());
    }

    @Test
    void noFieldCanHoldAPathAQueryAHeaderOrABody() {
        assertThat(Stream.of(Field.values()).map(Field::key))
                .doesNotContain(
                        "path", "query", "url", "uri", "header", "headers", "cookie", "body", "userAgent", "referer");
        assertThatThrownBy(() -> new Name("/Patient/123?name=Doe")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Endpoint("patient.example", 1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(HostName.of("x/Patient?ssn=1")).isEqualTo(HostName.INVALID);
    }

    @Test
    void whatIsWrittenIsReadBackAsItWas() {
        for (AuditRecord sample : Samples.all()) {
            byte[] bytes = text(sample).getBytes(StandardCharsets.UTF_8);
            Map<Field, String> fields = Objects.requireNonNull(RecordText.read(bytes, 0, bytes.length));
            JsonNode tree = JSON.readTree(bytes);
            assertThat(fields).hasSize(tree.size());
            fields.forEach((field, value) ->
                    assertThat(value).isEqualTo(tree.get(field.key()).asString()));
        }
    }

    @Test
    void whatTheLogDoesNotWriteIsNotReadAsARecord() {
        for (String other : new String[] {
            "", "{}", "{\"v\":1", "{\"v\":1}x", "{\"v\":1,\"type\":\"x\"}", "{\"path\":1}", "[]", "{\"v\": 1}x"
        }) {
            byte[] bytes = other.getBytes(StandardCharsets.UTF_8);
            assertThat(RecordText.read(bytes, 0, bytes.length)).as(other).isNull();
        }
    }

    @Test
    void aNameOutOfACertificateIsCleanedAndBounded() {
        assertThat(new Identity(Identity.Kind.CERTIFICATE, "a\r\nb\u0000\uD800").name())
                .isEqualTo("a\uFFFD\uFFFDb\uFFFD\uFFFD");
        String long1 = new Identity(Identity.Kind.CERTIFICATE, "😀".repeat(500)).name();
        assertThat(long1).hasSizeLessThanOrEqualTo(256).endsWith("😀…");
        assertThat(new Identity(Identity.Kind.TOKEN, "é".repeat(256)).name()).isEqualTo("é".repeat(256));
    }

    @Test
    void aPseudonymIsTheSameUnderOneKeyAndAnotherUnderAnother() {
        Identity pseudonym = new Pseudonyms(new byte[32]).of(Samples.NURSE);
        assertThat(pseudonym).isEqualTo(new Pseudonyms(new byte[32]).of(Samples.NURSE));
        assertThat(pseudonym.name()).hasSize(22).doesNotContain("Neil");
        assertThat(pseudonym)
                .isNotEqualTo(new Pseudonyms("k".repeat(32).getBytes(StandardCharsets.UTF_8)).of(Samples.NURSE));
    }

    private static String text(AuditRecord sample) {
        CanonicalJson json = new CanonicalJson();
        sample.writeTo(json);
        return new String(json.bytes(), 0, json.length(), StandardCharsets.UTF_8);
    }

    private static String published() throws IOException {
        try (InputStream in = Objects.requireNonNull(AuditRecord.class.getResourceAsStream(PUBLISHED))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
