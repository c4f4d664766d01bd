package dev.phigate.policies.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.policies.Resource;
import dev.phigate.policies.Value;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("P2")
@Tag("P5")
class DocumentsTest {
    private static final String KEY = "urn:pulumi:prod::clinic::aws:kms/key:Key::records";
    private static final String PROVIDER = "urn:pulumi:prod::clinic::pulumi:providers:aws::default";

    @Test
    void aStateGivesInputsTiesOptionsAndProviderOfEachResource() {
        Document document = read(state("""
                {"urn": "%s", "type": "pulumi:providers:aws", "custom": true, "id": "7", "inputs": {"region": "us-east-1"}},
                {"urn": "%s", "type": "aws:kms/key:Key", "custom": true, "id": "key-1", "provider": "%s::7", "protect": true,
                 "parent": "urn:pulumi:prod::clinic::pulumi:pulumi:Stack::clinic-prod",
                 "inputs": {"enableKeyRotation": true, "none": null, "days": 7.5, "list": [1, "a"]},
                 "outputs": {"arn": "arn:aws:kms:::key-1"}, "dependencies": ["urn:a"],
                 "propertyDependencies": {"policy": ["urn:a", "urn:b"]}}
                """.formatted(PROVIDER, KEY, PROVIDER)));
        assertThat(document.form()).isEqualTo(Document.Form.STATE);
        Resource key = document.resources().get(1);
        assertThat(key.urn()).isEqualTo(KEY);
        assertThat(key.at("enableKeyRotation").flag(false)).isTrue();
        assertThat(key.at("none").isAbsent()).isTrue();
        assertThat(key.at("days").found()).isEqualTo("7.5");
        assertThat(key.output("arn").found()).isEqualTo("\"arn:aws:kms:::key-1\"");
        assertThat(key.output("id").found()).isEqualTo("\"key-1\"");
        assertThat(key.links().properties()).containsEntry("policy", Set.of("urn:a", "urn:b"));
        assertThat(key.options().protect()).isTrue();
        assertThat(key.provider().orElseThrow().inputs().get("region")).isEqualTo(new Value.Text("us-east-1"));
        assertThat(key.managed()).isTrue();
    }

    @Test
    void secretsAreUnknownUnlessTheyAreThereInPlainTextAndAreNeverShown() {
        Document document = read(state(resource("""
                {"cipher": {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:abc"},
                 "plain": {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": "{\\"a\\": 7}"}}""")));
        Resource resource = document.resources().getFirst();
        assertThat(resource.at("cipher").isUnknown()).isTrue();
        assertThat(resource.at("cipher").isSecret()).isTrue();
        assertThat(resource.at("plain.a").number()).isPresent();
        assertThat(resource.at("plain.a").found()).isEqualTo("(secret)");
        assertThat(document.toString()).doesNotContain("abc").doesNotContain("7");
    }

    @Test
    void readAndDeletedResourcesAreNotTheProgramsToJudge() {
        Document document = read(state("""
                {"urn": "urn:pulumi:s::p::t:m:T::read", "type": "t:m:T", "external": true},
                {"urn": "urn:pulumi:s::p::t:m:T::gone", "type": "t:m:T", "delete": true}
                """));
        assertThat(document.resources())
                .singleElement()
                .satisfies(resource -> assertThat(resource.managed()).isFalse());
    }

    @Test
    void aPreviewGivesWhatWillBeThereWithUnknownsAndBlindedSecrets() {
        Document document = read("""
                {"config": {"aws:region": "us-east-1"},
                 "steps": [
                  {"op": "create", "urn": "a", "newState": {"urn": "urn:pulumi:s::p::t:m:T::new", "type": "t:m:T",
                    "inputs": {"id": "04da6b54-80e4-46f7-96ec-b56ff0331ba9", "password": "[secret]"}}},
                  {"op": "delete", "urn": "b", "oldState": {"urn": "urn:pulumi:s::p::t:m:T::old", "type": "t:m:T"}},
                  {"op": "read", "urn": "c", "newState": {"urn": "urn:pulumi:s::p::t:m:T::read", "type": "t:m:T"}},
                  {"op": "same", "urn": "d", "newState": {"urn": "urn:pulumi:s::p::t:m:T::same", "type": "t:m:T"}}],
                 "duration": 7, "changeSummary": {"create": 1, "same": 1}}
                """);
        assertThat(document.form()).isEqualTo(Document.Form.PREVIEW);
        assertThat(document.resources()).extracting(Resource::name).containsExactly("new", "read", "same");
        Resource created = document.resources().getFirst();
        assertThat(created.at("id").isUnknown()).isTrue();
        assertThat(created.at("password").isUnknown()).isTrue();
        assertThat(created.at("password").isSecret()).isTrue();
        assertThat(document.resources().get(1).managed()).isFalse();
    }

    @Test
    void aPreviewWithoutItsUnchangedResourcesIsRefusedWithTheFlagThatShowsThem() {
        assertUnreadable(
                "{\"steps\": [], \"changeSummary\": {\"same\": 12}}", "leaves out 12 unchanged", "--show-sames");
    }

    @Test
    void anOperationWithoutTheResourceThatItMakesIsRefused() {
        for (String step : List.of(
                "{\"op\": \"create\", \"urn\": \"a\"}",
                "{\"op\": \"update\", \"urn\": \"a\", \"newState\": null}",
                "{\"op\": \"replace\", \"urn\": \"a\", \"oldState\": {\"urn\": \"urn:pulumi:s::p::t:m:T::a\", \"type\": \"t:m:T\"}}",
                "{\"op\": \"an operation of the future\", \"urn\": \"a\"}")) {
            assertUnreadable(
                    "{\"steps\": [" + step + "], \"changeSummary\": {}}", "/steps/0", "the resource that it makes");
        }
        assertUnreadable(
                "{\"sequence\": 1, \"resourcePreEvent\": {\"metadata\": {\"op\": \"create\", \"new\": null}}}",
                "create");
    }

    @Test
    void aReplacementIsJudgedByWhatWillBeThere() {
        Document document = read("""
                {"steps": [
                  {"op": "create-replacement", "urn": "a", "oldState": {"urn": "urn:pulumi:s::p::t:m:T::a", "type": "t:m:T", "inputs": {"x": 1}},
                    "newState": {"urn": "urn:pulumi:s::p::t:m:T::a", "type": "t:m:T", "inputs": {"x": 2}}},
                  {"op": "replace", "urn": "a", "oldState": {"urn": "urn:pulumi:s::p::t:m:T::a", "type": "t:m:T", "inputs": {"x": 1}},
                    "newState": {"urn": "urn:pulumi:s::p::t:m:T::a", "type": "t:m:T", "inputs": {"x": 2}}},
                  {"op": "delete-replaced", "urn": "a", "oldState": {"urn": "urn:pulumi:s::p::t:m:T::a", "type": "t:m:T", "inputs": {"x": 1}}},
                  {"op": "refresh", "urn": "b", "oldState": {"urn": "urn:pulumi:s::p::t:m:T::b", "type": "t:m:T"}}]}
                """);
        assertThat(document.resources())
                .singleElement()
                .satisfies(resource -> assertThat(resource.at("x").found()).isEqualTo("2"));
    }

    @Test
    void whatAnUpdateWasMakingWhenItWasCutOffIsJudged() {
        Document document = read("""
                {"version": 3, "deployment": {
                  "resources": [{"urn": "urn:pulumi:s::p::t:m:T::old", "type": "t:m:T", "inputs": {"x": 1}}],
                  "pending_operations": [
                    {"type": "creating", "resource": {"urn": "urn:pulumi:s::p::t:m:T::new", "type": "t:m:T", "inputs": {"x": 3}}},
                    {"type": "updating", "resource": {"urn": "urn:pulumi:s::p::t:m:T::old", "type": "t:m:T", "inputs": {"x": 2}}},
                    {"type": "deleting", "resource": {"urn": "urn:pulumi:s::p::t:m:T::gone", "type": "t:m:T"}},
                    {"type": "reading", "resource": {"urn": "urn:pulumi:s::p::t:m:T::read", "type": "t:m:T"}}]}}
                """);
        assertThat(document.resources()).extracting(Resource::name).containsExactly("old", "new", "read");
        assertThat(document.resources().getFirst().at("x").found()).isEqualTo("2");
        assertThat(document.resources().getLast().managed()).isFalse();
    }

    @Test
    void twoLiveResourcesOfOneUrnAreNoState() {
        String resource = "{\"urn\": \"" + KEY + "\", \"type\": \"aws:kms/key:Key\"";
        assertUnreadable(state(resource + "}, " + resource + "}"), "two resources have the urn " + KEY);
        assertThat(read(state(resource + "}, " + resource + ", \"delete\": true}"))
                        .resources())
                .hasSize(1);
    }

    @Test
    void aTextAroundAValueThatIsNotKnownYetIsNotKnownAndADocumentOnlyWhereItIs() {
        Resource resource = read(state(resource("""
                        {"arn": "arn:aws:s3:::04da6b54-80e4-46f7-96ec-b56ff0331ba9/*", "flag": "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
                         "policy": "{\\"a\\": \\"04da6b54-80e4-46f7-96ec-b56ff0331ba9\\", \\"b\\": 7}"}"""))).resources().getFirst();
        assertThat(resource.at("arn").isUnknown()).isTrue();
        assertThat(resource.at("flag").isUnknown()).isTrue();
        assertThat(resource.at("policy").json("JSON").at("a").isUnknown()).isTrue();
        assertThat(resource.at("policy").json("JSON").at("b").found()).isEqualTo("7");
    }

    @Test
    void theSameKeyTwiceIsNamedSo() {
        assertUnreadable("{\"version\": 3, \"version\": 3, \"deployment\": {}}", "the same key twice");
        assertUnreadable("{\"version\": 2, \"deployment\": {}}", "version: 2", "pulumi stack export");
        assertUnreadable("{\"version\": 3}", "has a version and no deployment");
    }

    @Test
    void aPreviewThatFailedIsRefusedBecauseItsStepsAreNotTheWholeStack() {
        assertUnreadable(
                "{\"steps\": [], \"diagnostics\": [{\"severity\": \"error\", \"message\": \"boom\"}]}",
                "failed",
                "boom");
    }

    @Test
    void anEventLogGivesTheLastStateOfEachResource() {
        Document document = read("""
                {"sequence": 0, "timestamp": 1, "preludeEvent": {"config": {}}}
                {"sequence": 1, "timestamp": 1, "resourcePreEvent": {"metadata": {"op": "create", "new":
                  {"urn": "urn:pulumi:s::p::t:m:T::a", "type": "t:m:T", "inputs": {"x": 1}, "outputs": null}}}}
                {"sequence": 2, "timestamp": 1, "resOutputsEvent": {"metadata": {"op": "create", "new":
                  {"urn": "urn:pulumi:s::p::t:m:T::a", "type": "t:m:T", "inputs": {"x": 1}, "outputs": {"id": "i"}}}}}
                {"sequence": 3, "timestamp": 1, "summaryEvent": {"resourceChanges": {"create": 1}}}
                """);
        assertThat(document.form()).isEqualTo(Document.Form.EVENTS);
        assertThat(document.resources())
                .singleElement()
                .satisfies(resource -> assertThat(resource.output("id").found()).isEqualTo("\"i\""));
    }

    @Test
    void anEventLogThatWasCutOffIsRefused() {
        assertUnreadable("{\"sequence\": 0, \"preludeEvent\": {}}", "no summary");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "7",
                "{}",
                "{\"resources\": []}",
                "{\"version\": 3, \"deployment\": {\"resources\": {}}}",
                "{\"version\": 3, \"deployment\": {\"resources\": [7]}}",
                "{\"version\": 3, \"deployment\": {\"resources\": [{}]}}",
                "{\"version\": 3, \"deployment\": {\"resources\": [{\"urn\": \"x\", \"type\": \"t\"}]}}",
                "{\"version\": 1, \"deployment\": {}}",
                "{\"version\": \"3\", \"deployment\": {}}",
                "{\"version\": 3, \"deployment\": [",
                "{\"version\": 3, \"deployment\": {}} {}",
                "{\"steps\": [{\"newState\": 7}]}",
                "{\"steps\": [{}]}",
                "{'steps': []}",
                "{\"version\": 3, \"version\": 3, \"deployment\": {}}",
                "{\"version\": 3}",
                "{\"version\": 2, \"deployment\": {\"resources\": []}}",
                "{\"version\": 1, \"checkpoint\": {\"latest\": {\"resources\": {}}}}",
                "{\"version\": 5, \"deployment\": {}}",
                "{\"steps\": []}",
                "{\"steps\": null}",
                "{\"duration\": 7}",
                "[{\"urn\": \"urn:pulumi:s::p::t:m:T::a\", \"type\": \"t:m:T\"}]",
                "\uFEFF",
                "\u0000",
                "not json"
            })
    void whatIsNoStateIsRefusedInASentenceThatNamesTheFile(String content) {
        assertUnreadable(content, "file.json: ");
    }

    @Test
    void theErrorNamesThePlaceAndNotTheContent() {
        assertUnreadable(
                state("{\"urn\": \"urn:pulumi:s::p::t:m:T::a\", \"type\": \"t:m:T\", \"inputs\": \"hunter2\"}"),
                "/deployment/resources/0/inputs: a text (expected: inputs, an object)");
        assertThatThrownBy(() -> read("{\"version\": 3, \"deployment\": {\"resources\": [hunter2]}}"))
                .isInstanceOf(UnreadableDocument.class)
                .hasMessageContaining("line 1, column")
                .hasMessageContaining("malformed JSON")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void deepValuesAreOpaqueAndAbsurdlyDeepOnesAnError() {
        Document deep = read(state(resource("{\"a\": " + "[".repeat(5000) + "]".repeat(5000) + "}")));
        Value value = deep.resources().getFirst().at("a").value();
        while (value instanceof Value.Items(List<Value> items)) {
            value = items.getFirst();
        }
        assertThat(value).isEqualTo(new Value.Opaque("something nested deeper than 100 levels"));
        assertUnreadable(state(resource("{\"a\": " + "[".repeat(20_000))), "nested deeper");
    }

    @Test
    void aFileOfWindowsShellIsReadAsWell() {
        String state = "\uFEFF" + state(resource("{}"));
        for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            Document document = Documents.read("file.json", new ByteArrayInputStream(state.getBytes(charset)));
            assertThat(document.resources()).hasSize(1);
        }
    }

    @Test
    void aStateOfTwoHundredMegabytesIsReadWithoutKeepingIt() {
        int resources = 2_000;
        String padding = "\"x\": {\"y\": [" + "\"" + "z".repeat(100_000) + "\"]}";
        Iterator<String> parts = Stream.of(
                        Stream.of("{\"version\": 3, \"deployment\": {\"resources\": ["),
                        IntStream.range(0, resources)
                                .mapToObj(i -> (i == 0 ? "" : ",") + "{\"urn\": \"urn:pulumi:s::p::t:m:T::r" + i
                                        + "\", \"type\": \"t:m:T\", \"inputs\": {\"n\": " + i
                                        + ", \"x\": {}}, \"outputs\": {"
                                        + padding + "}}"),
                        Stream.of("]}}"))
                .flatMap(part -> part)
                .iterator();
        Document document = Documents.read("file.json", new Parts(parts));
        assertThat(document.resources()).hasSize(resources);
        assertThat(document.resources().getLast().outputs().fields()).isEmpty();
    }

    /** Texts as one stream, each made when it is read. */
    private static final class Parts extends InputStream {
        private final Iterator<String> parts;
        private InputStream present = InputStream.nullInputStream();

        Parts(Iterator<String> parts) {
            this.parts = parts;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = present.read(buffer, offset, length);
            while (count < 0 && parts.hasNext()) {
                present = new ByteArrayInputStream(parts.next().getBytes(StandardCharsets.UTF_8));
                count = present.read(buffer, offset, length);
            }
            return count;
        }
    }

    private static String state(String resources) {
        return "{\"version\": 3, \"deployment\": {\"manifest\": {}, \"resources\": [" + resources + "]}}";
    }

    private static String resource(String inputs) {
        return "{\"urn\": \"urn:pulumi:s::p::t:m:T::a\", \"type\": \"t:m:T\", \"inputs\": " + inputs + "}";
    }

    private static Document read(String content) {
        return Documents.read("file.json", new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
    }

    private static void assertUnreadable(String content, String... said) {
        assertThatThrownBy(() -> read(content))
                .isInstanceOf(UnreadableDocument.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(Arrays.asList(said)));
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> Documents.read(Path.of("no-such.json")))
                .hasMessage("no-such.json: there is no such file");
    }
}
