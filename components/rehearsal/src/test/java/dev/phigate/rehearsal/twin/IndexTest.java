package dev.phigate.rehearsal.twin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.rehearsal.sdk.Field;
import dev.phigate.rehearsal.sdk.Sdk;
import dev.phigate.rehearsal.sdk.SdkType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.JsonNodeFactory;

/** The index says what the SDKs say. */
@Tag("N9")
class IndexTest {
    @ParameterizedTest
    @CsvSource({"aws, 6.83.0, 1500, 600", "azure-native, 2.10.0, 1000, 1000", "gcp, 7.0.0, 700, 100"})
    void theWholeSdkIsIndexed(String packageName, String version, int resources, int functions) {
        Sdk sdk = Sdk.of(packageName);
        assertThat(sdk.version()).isEqualTo(version);
        assertThat(sdk.modules().stream()
                        .mapToInt(module -> sdk.resources(module).size())
                        .sum())
                .isGreaterThan(resources);
        assertThat(sdk.modules().stream()
                        .mapToInt(module -> sdk.functions(module).size())
                        .sum())
                .isGreaterThan(functions);
    }

    @Test
    void whatIsRequiredAndWhatMayBeAbsentIsKnown() {
        var subnet = Sdk.of("aws").resource("aws:ec2/subnet:Subnet").orElseThrow();
        assertThat(subnet.inputs().get("vpcId")).isEqualTo(new Field("vpcId", SdkType.Plain.TEXT, true));
        assertThat(subnet.inputs().get("mapPublicIpOnLaunch"))
                .isEqualTo(new Field("mapPublicIpOnLaunch", SdkType.Plain.FLAG, false));
        assertThat(subnet.outputs()).containsEntry("arn", new Field("arn", SdkType.Plain.TEXT, true));
        assertThat(subnet.outputs().get("tags"))
                .isEqualTo(new Field("tags", new SdkType.MapOf(SdkType.Plain.TEXT), false));
    }

    @Test
    void objectsInsideObjectsAndEnumsAreKnown() {
        Sdk sdk = Sdk.of("azure-native");
        var account = sdk.resource("azure-native:storage:StorageAccount").orElseThrow();
        SdkType kind = new SdkType.Either(SdkType.Plain.TEXT, new SdkType.Named("storage/enums/Kind"));
        assertThat(account.inputs()).containsEntry("kind", new Field("kind", kind, true));
        assertThat(sdk.values("storage/enums/Kind")).contains("StorageV2", "BlockBlobStorage");
        assertThat(sdk.fields("storage/inputs/SkuArgs").values())
                .anyMatch(field -> field.name().equals("name") && field.required());
    }

    /** Every type of every cloud, so that no kind of output is one that the twin cannot invent. */
    @ParameterizedTest
    @CsvSource({"aws", "azure-native", "gcp"})
    void outputsOfEveryTypeCanBeInvented(String packageName, @TempDir Path folder) throws IOException {
        Twin twin = new Rehearsal(packageName, folder).twin();
        Invention invention = new Invention(
                twin.sdk(), Tables.of(packageName), new Surroundings("us-east-1", "123456789012", Map.of()));
        for (String module : twin.sdk().modules()) {
            for (String token : twin.sdk().resources(module)) {
                var type = twin.sdk().resource(token).orElseThrow();
                var outputs = invention.outputs(type, JsonNodeFactory.instance.objectNode(), token);
                assertThat(type.outputs().values().stream()
                                .filter(Field::required)
                                .map(Field::name))
                        .as(token)
                        .allMatch(outputs::has);
            }
        }
    }
}
