package dev.phigate.policies.analyzer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.phigate.policies.hipaa.PackSettings;
import dev.phigate.policies.pack.Level;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import pulumirpc.AnalyzerOuterClass.AnalyzeRequest;

@Tag("P1")
class RemediesTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);

    @Test
    void nothingIsMendedUnlessTheLevelSaysRemediate() {
        assertThat(Remedies.of(balancer("TLSv1.0", "/p/c"), PackSettings.shipped(TODAY)))
                .isEmpty();
    }

    @Test
    void aTlsFloorIsRaisedAndTheRestStaysAsItIs() {
        var remediation =
                Remedies.of(balancer("TLSv1.0", "/p/c"), remediating()).getFirst();
        assertThat(remediation.getPolicyName()).isEqualTo("local-balancer-tls-version");
        assertThat(remediation.getProperties())
                .isEqualTo(balancer("TLSv1.2", "/p/c").getProperties());
    }

    @Test
    void aRemedyThatDoesNotMakeItsRuleContentIsNotApplied() {
        assertThat(Remedies.of(balancer("TLSv1.0", ""), remediating())).isEmpty();
    }

    private static PackSettings remediating() {
        return PackSettings.of(
                Map.of(
                        "local-balancer-tls-version",
                        new PackSettings.Given(Optional.of(Level.MANDATORY), true, Map.of())),
                TODAY);
    }

    private static AnalyzeRequest balancer(String minimum, String certificate) {
        Struct tls = struct(
                Map.of("minimumVersion", text(minimum), "certificate", text(certificate), "privateKey", text("/p/k")));
        Struct listener = struct(Map.of("tls", value(tls)));
        Value listeners = Value.newBuilder()
                .setListValue(ListValue.newBuilder().addValues(value(listener)))
                .build();
        return AnalyzeRequest.newBuilder()
                .setUrn("urn:pulumi:s::p::phigate:local:Balancer::b")
                .setType("phigate:local:Balancer")
                .setProperties(struct(Map.of("configuration", value(struct(Map.of("listeners", listeners))))))
                .build();
    }

    private static Struct struct(Map<String, Value> fields) {
        return Struct.newBuilder().putAllFields(fields).build();
    }

    private static Value value(Struct struct) {
        return Value.newBuilder().setStructValue(struct).build();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }
}
