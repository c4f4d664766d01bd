package dev.phigate.provider.protocol;

import static dev.phigate.provider.support.Fixtures.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("N9")
final class PropertiesTest {
    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    private static Value secret(Value value) {
        return Value.newBuilder()
                .setStructValue(Struct.newBuilder()
                        .putFields("4dabf18193072939515e22adb298388d", text("1b47061264138c4ac30d75fd1eb44270"))
                        .putFields("value", value))
                .build();
    }

    @Test
    void secretsAreReadAsTheirValueAndWrittenAsSecrets() {
        Struct sent = Struct.newBuilder()
                .putFields("open", text("a"))
                .putFields("hidden", secret(text("b")))
                .build();
        Properties properties = Properties.decode(sent);
        assertThat(properties.values()).isEqualTo(json("{'open':'a','hidden':'b'}"));
        assertThat(properties.secret()).containsExactly("hidden");
        assertThat(properties.encode()).isEqualTo(sent);
    }

    @Test
    void unknownValuesAreKnownToBeUnknown() {
        Properties properties = Properties.decode(Struct.newBuilder()
                .putFields("later", text(Properties.UNKNOWN))
                .putFields("now", text("a"))
                .build());
        assertThat(properties.known()).isFalse();
        assertThat(properties.knows("now")).isTrue();
        assertThat(properties.knows("later")).isFalse();
        assertThat(properties.knows("later.part")).isFalse();
    }

    @Test
    void wholeNumbersAreWholeAndOthersAreNot() {
        Properties properties = Properties.decode(Struct.newBuilder()
                .putFields("port", Value.newBuilder().setNumberValue(8443).build())
                .putFields("large", Value.newBuilder().setNumberValue(1L << 40).build())
                .putFields("part", Value.newBuilder().setNumberValue(0.5).build())
                .build());
        assertThat(properties.values()).isEqualTo(json("{'port':8443,'large':1099511627776,'part':0.5}"));
    }

    @Test
    void problemsOfUnknownValuesAreLeftOutAndSecretsAreNotShown() {
        Properties properties = new Properties(json("{}"), Set.of("names[0]"), Set.of("token"));
        assertThat(properties.certain(List.of(
                        new Problem("names", "wrong (expected: DNS names)"),
                        new Problem("namesake", "wrong"),
                        new Problem("token", "s3cret (expected: longer)"))))
                .containsExactly(new Problem("namesake", "wrong"), new Problem("token", "(secret) (expected: longer)"));
    }

    @Test
    void pathsAreWrittenAsTheEngineReadsThem() {
        assertThat(PropertyPath.key("tags", "phigate:data-class")).isEqualTo("tags[\"phigate:data-class\"]");
        assertThat(PropertyPath.item(PropertyPath.key("a", "b"), 2)).isEqualTo("a.b[2]");
        assertThat(PropertyPath.root("a.b[2]")).isEqualTo("a");
    }

    @Test
    void differencesAreFoundByPath() {
        Difference difference = Difference.ofInputs(
                json("{'same':1,'gone':2,'list':[1,2],'deep':{'a':'x'},'place':'/a'}"),
                json("{'same':1,'new':3,'list':[1,3,4],'deep':{'a':'y'},'place':'/b'}"),
                List.of("place"));
        assertThat(difference.changes()).containsOnlyKeys("gone", "new", "list[1]", "list[2]", "deep.a", "place");
        assertThat(difference.changes())
                .containsEntry("place", new Difference.Change(Difference.Effect.UPDATE, true, true))
                .containsEntry("list[2]", new Difference.Change(Difference.Effect.ADD, false, true));
    }
}
